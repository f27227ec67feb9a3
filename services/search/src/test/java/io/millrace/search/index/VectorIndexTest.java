package io.millrace.search.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.avro.DocumentVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The index alone: what it finds is what comparing with all vectors finds. */
final class VectorIndexTest {

  private static final int BUFFER_BYTES = 1 << 20;

  @TempDir private Path folder;
  private VectorIndex index;

  @BeforeEach
  void open() {
    index = VectorIndex.open(folder, BUFFER_BYTES);
  }

  @AfterEach
  void close() {
    index.close();
  }

  @Test
  void aVectorOfTenTimesTheTermsIsLookedUpByItsHeaviestAndComparedByAll() {
    DocumentVector asked = vector(10 * 16, 0);
    DocumentVector other = vector(10 * 16, 8);
    put("same", asked);
    put("other", other);
    index.refresh();

    var few = new QueryLimits(16, 1, Duration.ofMinutes(10));
    List<SimilarDocument> found =
        index.similar(UnitVector.of(asked.getTerms(), asked.getWeights()), 2, null, few);

    assertThat(found).extracting(SimilarDocument::id).containsExactly("same", "other");
    assertThat(found.get(1).similarity()).isCloseTo(TestVectors.cosine(asked, other), within());
  }

  @Test
  void aQueryThatTakesTooLongIsEnded() {
    DocumentVector asked = vector(16, 0);
    put("same", asked);
    index.refresh();
    var none = new QueryLimits(16, 1, Duration.ofNanos(-1));

    assertThatThrownBy(
            () -> index.similar(UnitVector.of(asked.getTerms(), asked.getWeights()), 1, null, none))
        .isInstanceOf(QueryTimeoutException.class)
        .hasMessageContaining("search.request.timeout.ms");
  }

  /** A vector whose first terms are the heaviest, of terms from a number on. */
  private static DocumentVector vector(int terms, int from) {
    Map<String, Double> weights = new TreeMap<>();
    IntStream.range(0, terms).forEach(i -> weights.put("t" + (from + i), 1 + (terms - i) / 100.0));
    return TestVectors.of(weights);
  }

  @ParameterizedTest
  @CsvSource({"1,false", "2,false", "3,true", "4,true"})
  void findsThoseThatComparingWithAllFinds(long seed, boolean negative) {
    var random = new Random(seed);
    Map<String, DocumentVector> all = new TreeMap<>();
    for (int step = 0; step < 600; step++) {
      String id = "d" + random.nextInt(400);
      if (random.nextInt(5) == 0) {
        index.remove(id);
        all.remove(id);
      } else {
        all.put(id, put(id, TestVectors.random(random, negative)));
      }
      if (random.nextInt(50) == 0) {
        index.refresh();
      }
    }
    index.refresh();

    assertThat(index.documents()).isEqualTo(all.size());
    all.forEach((id, vector) -> {
      int limit = 1 + random.nextInt(30);
      List<SimilarDocument> found = similar(vector, limit, id);
      List<Double> expected = TestVectors.best(vector, all, limit, id);
      assertThat(found).isSortedAccordingTo(SimilarDocument.ORDER).hasSameSizeAs(expected);
      for (int i = 0; i < found.size(); i++) {
        double similarity = found.get(i).similarity();
        assertThat(similarity).isCloseTo(expected.get(i), within());
        assertThat(similarity)
            .isCloseTo(TestVectors.cosine(vector, all.get(found.get(i).id())), within());
      }
    });
  }

  @Test
  void equallySimilarDocumentsComeByTheirIds() {
    var vector = TestVectors.of(Map.of("red", 0.6, "fox", 0.8));
    List<String> ids = IntStream.range(100, 300).mapToObj(Integer::toString).toList();
    ids.reversed().forEach(id -> put(id, vector));
    put("000", TestVectors.of(Map.of("red", 1.0)));
    index.refresh();

    List<SimilarDocument> found = similar(vector, 5, "102");

    assertThat(found).map(SimilarDocument::id).containsExactly("100", "101", "103", "104", "105");
    assertThat(found).map(SimilarDocument::similarity).containsOnly(found.getFirst().similarity());
  }

  @Test
  void onlyTheNewestVectorOfADocumentCounts() {
    put("a", TestVectors.of(Map.of("red", 1.0)));
    put("b", TestVectors.of(Map.of("red", 1.0)));
    put("b", TestVectors.of(Map.of("blue", 1.0)));
    put("c", TestVectors.of(Map.of("red", 1.0)));
    index.remove("c");
    index.refresh();

    assertThat(similar(TestVectors.of(Map.of("red", 1.0)), 9, "x"))
        .map(SimilarDocument::id)
        .containsOnly("a");
    assertThat(index.vector("b")).map(DocumentVector::getTerms).hasValue(List.of("blue"));
    assertThat(index.vector("c")).isEmpty();
  }

  @Test
  void aVectorComesBackAsItWasPut() {
    var vector = TestVectors.of(Map.of("naïve", 0.1, "𝔘", -1e-300, "x".repeat(40_000), 7.0));

    put("a/b c", vector);
    index.refresh();

    assertThat(index.vector("a/b c")).hasValue(vector);
    assertThat(index.vector("a")).isEmpty();
  }

  @Test
  void termsMayBeLongAndMany() {
    Map<String, Double> many =
        IntStream.range(0, 3000)
            .boxed()
            .collect(Collectors.toMap(i -> "t" + i, i -> 1.0 / (1 + i)));
    many.put("x".repeat(40_000), 1.0);
    put("many", TestVectors.of(many));
    put("long", TestVectors.of(Map.of("x".repeat(40_000), 1.0)));
    put("other", TestVectors.of(Map.of("x".repeat(40_001), 1.0)));
    index.refresh();

    assertThat(similar(TestVectors.of(many), 9, "many"))
        .map(SimilarDocument::id)
        .containsExactly("long");
  }

  @Test
  void anEmptyVectorIsThereAndLikeNothing() {
    var nothing = TestVectors.of(Map.of());
    put("a", nothing);
    put("b", TestVectors.of(Map.of("red", 1.0)));
    index.refresh();

    assertThat(index.vector("a")).hasValue(nothing);
    assertThat(similar(nothing, 9, "x")).isEmpty();
  }

  @Test
  void whatWasCommittedIsStillThereAfterAnEndWithoutWarning() {
    put("a", TestVectors.of(Map.of("red", 1.0)));
    put("b", TestVectors.of(Map.of("red", 1.0)));
    index.commit(Map.of("at", "2"));
    put("a", TestVectors.of(Map.of("blue", 1.0)));
    index.remove("b");
    index.refresh();

    reopen();

    assertThat(index.commitData()).containsExactlyEntriesOf(Map.of("at", "2"));
    assertThat(similar(TestVectors.of(Map.of("red", 1.0)), 9, "x"))
        .map(SimilarDocument::id)
        .containsExactly("a", "b");
  }

  @Test
  void anIndexThatCannotBeReadIsMadeAnew() throws IOException {
    put("a", TestVectors.of(Map.of("red", 1.0)));
    index.commit(Map.of("at", "1"));
    index.close();
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(it -> it.toString().contains("segments_")).toList()) {
        Files.write(file, new byte[] {1, 2, 3});
      }
    }

    index = VectorIndex.open(folder, BUFFER_BYTES);

    assertThat(index.commitData()).isEmpty();
    assertThat(index.documents()).isZero();
  }

  @Test
  void anIndexHasOneOwner() {
    assertThatThrownBy(() -> VectorIndex.open(folder, BUFFER_BYTES))
        .isInstanceOf(IndexInUseException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("state.directory");
  }

  private DocumentVector put(String id, DocumentVector vector) {
    index.put(id, vector, TestVectors.encoded(vector));
    return vector;
  }

  private List<SimilarDocument> similar(DocumentVector vector, int limit, String except) {
    return index.similar(
        UnitVector.of(vector.getTerms(), vector.getWeights()), limit, except, QueryLimits.DEFAULT);
  }

  private void reopen() {
    index.close();
    open();
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.api.Assertions.within(1e-12);
  }
}
