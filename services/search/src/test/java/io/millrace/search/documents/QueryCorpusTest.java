package io.millrace.search.documents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.analysis.NgramRange;
import io.millrace.learning.text.analysis.StopWords;
import io.millrace.schemas.AnalysisFingerprint;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.DocumentFrequencies;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class QueryCorpusTest {

  private static final Analysis OTHER_STOP_WORDS =
      Analysis.STANDARD.with(StopWords.named("scikit-learn"));

  private final QueryCorpus corpus = new QueryCorpus(Optional.of(Analysis.STANDARD));

  @Test
  void countsOfTheSameOrAnUnknownAnalysisAreAddedUp() {
    put("0/000000000000", AnalysisFingerprint.of(Analysis.STANDARD.description()));
    put("1/000000000000", AnalysisFingerprint.UNKNOWN);

    assertThat(corpus.corpus().docFreq("fox")).isEqualTo(6);
    assertThat(corpus.foreignBlocks()).isZero();
  }

  @Test
  void countsOfAnotherAnalysisRefuseTheQueryWithBoth() {
    put("0/000000000000", AnalysisFingerprint.of(Analysis.STANDARD.description()));
    put("1/000000000000", AnalysisFingerprint.of(Analysis.ENGLISH.description()));

    assertThat(corpus.foreignBlocks()).isEqualTo(1);
    assertThatThrownBy(corpus::corpus)
        .isInstanceOf(ForeignAnalysisException.class)
        .hasMessageContaining("analyzed with text.analysis=standard")
        .hasMessageContaining("counted with text.analysis=english")
        .hasMessageContaining("documents reset");
  }

  @Test
  void stopWordsAndNgramsAreOfTheAnalysisToo() {
    var strict = new QueryCorpus(Optional.of(OTHER_STOP_WORDS));
    strict.update(
        key("0/000000000000"), block(AnalysisFingerprint.of(Analysis.STANDARD.description())));
    put(
        "0/000000000000",
        AnalysisFingerprint.of(Analysis.STANDARD.with(new NgramRange(2, 3)).description()));

    assertThatThrownBy(strict::corpus).hasMessageContaining("text.stop.words=own");
    assertThatThrownBy(corpus::corpus).hasMessageContaining("fingerprint");
  }

  @Test
  void moreTermsThanTheHeapHoldsRefuseTextsAndAreNotKept() {
    var small = new QueryCorpus(Optional.of(Analysis.STANDARD), 9);
    small.update(key("0/000000000000"), terms(0, 9));
    assertThat(small.corpus().docFreq("t8")).isEqualTo(1);

    assertThat(small.update(key("0/000000000001"), terms(9, 10))).isTrue();
    assertThat(small.update(key("0/000000000002"), terms(10, 1_000))).isTrue();

    assertThatThrownBy(small::corpus)
        .isInstanceOf(CorpusTooLargeException.class)
        .hasMessageContaining("more than 9 terms")
        .hasMessageContaining("-Xmx");
  }

  private static byte[] terms(int from, int to) {
    return AvroCodec.of(DocumentFrequencies.class)
        .encode(
            DocumentFrequencies.newBuilder()
                .setDocuments(1)
                .setTerms(IntStream.range(from, to).mapToObj(i -> "t" + i).toList())
                .setCounts(Collections.nCopies(to - from, 1L))
                .setAnalysis(AnalysisFingerprint.UNKNOWN)
                .build());
  }

  @Test
  void aBlockThatWasWithdrawnOrCountedAgainRefusesNothing() {
    long english = AnalysisFingerprint.of(Analysis.ENGLISH.description());
    put("0/000000000000", english);
    put("1/000000000000", english);

    put("0/000000000000", AnalysisFingerprint.of(Analysis.STANDARD.description()));
    corpus.update(key("1/000000000000"), null);

    assertThatCode(corpus::corpus).doesNotThrowAnyException();
    assertThat(corpus.corpus().docFreq("fox")).isEqualTo(3);
  }

  private void put(String key, long analysis) {
    assertThat(corpus.update(key(key), block(analysis))).isTrue();
  }

  private static byte[] key(String text) {
    return text.getBytes(UTF_8);
  }

  private static byte[] block(long analysis) {
    return AvroCodec.of(DocumentFrequencies.class)
        .encode(
            new DocumentFrequencies(4L, List.of("fox"), List.of(3L), 0L, -1L, 0L, 0L, analysis));
  }
}
