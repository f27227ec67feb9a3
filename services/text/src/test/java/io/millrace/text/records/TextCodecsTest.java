package io.millrace.text.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.frequencies.DocumentFrequencyTable;
import io.millrace.learning.text.frequencies.TermBag;
import io.millrace.learning.text.frequencies.TermCounter;
import io.millrace.learning.text.weighting.WeightedTerms;
import io.millrace.learning.text.weighting.Weighting;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.CountedDocument;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written by hand is what Avro writes of the generated records. */
final class TextCodecsTest {

  private static final Source SOURCE = new Source("documents", 3, 1L << 40);
  private static final long TIME = 1_767_225_600_000L;

  private final DocumentFrequencyTable frequencies = new DocumentFrequencyTable();
  private final TermCounter counter = new TermCounter(Analysis.SCIKIT_LEARN, frequencies);
  private final CountedDocumentCodec codec = new CountedDocumentCodec(frequencies);
  private final AvroCodec<CountedDocument> avro = AvroCodec.of(CountedDocument.class);

  @ParameterizedTest
  @CsvSource(
      value = {
        "the red fox and the red hen|animal",
        "the red fox and the red hen|NULL",
        "Der Fuchs 红狐 über 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \ufb01nal|Füchse",
        "?!|NULL"
      },
      delimiter = '|',
      nullValues = "NULL")
  void aCountedDocumentIsWrittenAndReadAsAvroDoes(String text, String label) {
    TermBag bag = counter.bag(text);
    List<Integer> counts = new ArrayList<>();
    for (int place = 0; place < bag.size(); place++) {
      counts.add(bag.count(place));
    }
    var record = new CountedDocument(bag.texts(), counts, label, SOURCE, TIME, false);

    byte[] bytes = codec.encode(new DocumentRevision(bag, label, SOURCE, TIME, false));
    DocumentRevision read = codec.decode(bytes);

    assertThat(bytes).isEqualTo(avro.encode(record));
    assertThat(codec.encode(read)).isEqualTo(bytes);
    assertThat(read.terms().texts()).isEqualTo(bag.texts());
    assertThat(read.label()).isEqualTo(label);
    assertThat(read.source()).isEqualTo(SOURCE);
    assertThat(read.time()).isEqualTo(TIME);
    assertThat(read.deleted()).isFalse();
  }

  @Test
  void aDocumentOfManyTermsIsReadThoughItsTermsWereNotKnown() {
    var text = new StringBuilder();
    for (int i = 0; i < 70_000; i++) {
      text.append(" word").append(i);
    }
    byte[] bytes =
        codec.encode(new DocumentRevision(counter.bag(text.toString()), null, SOURCE, TIME, false));

    DocumentRevision read = codec.decode(bytes);

    assertThat(avro.decodeOrThrow(bytes).getTerms()).hasSize(70_000).isSorted();
    assertThat(codec.encode(read)).isEqualTo(bytes);
  }

  @Test
  void aDeletionIsWrittenAsAvroDoes() {
    byte[] bytes = codec.encode(new DocumentRevision(TermBag.EMPTY, null, SOURCE, TIME, true));

    assertThat(bytes)
        .isEqualTo(
            avro.encode(new CountedDocument(List.of(), List.of(), null, SOURCE, TIME, true)));
    assertThat(codec.decode(bytes).deleted()).isTrue();
  }

  @Test
  void aVectorIsWrittenAsAvroDoes() {
    TermBag bag = counter.bag("the red fox and the red hen 红狐");
    frequencies.insert(bag);
    WeightedTerms weights = Weighting.SCIKIT_LEARN.vectorize(bag, frequencies);
    var document = new DocumentRevision(bag, "animal", SOURCE, TIME, false);

    byte[] bytes =
        new DocumentVectorEncoder("scikit-learn").encode(weights, 42, true, false, document);

    assertThat(bytes)
        .isEqualTo(
            AvroCodec.of(DocumentVector.class)
                .encode(
                    new DocumentVector(
                        bag.texts(),
                        weights.vector().weights(),
                        42L,
                        "scikit-learn",
                        true,
                        false,
                        "animal",
                        SOURCE)));
  }

  @Test
  void refusesWhatIsNoCountedDocument() {
    byte[] bytes =
        codec.encode(new DocumentRevision(counter.bag("red fox"), null, SOURCE, TIME, false));

    for (byte[] other : List.of(new byte[0], new byte[20], Arrays.copyOf(bytes, 15))) {
      assertThatThrownBy(() -> codec.decode(other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("CountedDocument");
    }
    assertThat(codec.decode(bytes).terms().texts()).containsExactly("fox", "red");
  }
}
