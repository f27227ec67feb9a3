package io.millrace.search.nearest;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.embedding.neighbours.ExactVectorIndex;
import io.millrace.learning.embedding.neighbours.Neighbour;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The graph against comparing with all. */
final class HnswNearestNeighboursTest {

  private static final int WORDS = 12_000;
  private static final int DIMENSIONS = 24;
  private static final int CLUSTERS = 200;
  private static final int BUFFER_BYTES = 4 << 20;
  private static final Predicate<String> NONE = word -> false;

  @TempDir private Path folder;
  private final Random random = new Random(17);
  private final float[][] centres = new float[CLUSTERS][];
  private final ExactVectorIndex all = new ExactVectorIndex(DIMENSIONS);
  private HnswNearestNeighbours graph;

  @AfterEach
  void end() {
    if (graph != null) {
      graph.close();
    }
    assertThat(folder.resolve("graph")).doesNotExist();
  }

  @Test
  void findsNearlyAllThatComparingWithAllFinds() {
    fill();
    graph = graph(1_000);
    keepUp();

    assertThat(graph.hasGraph()).isTrue();
    assertThat(graph.pending()).isZero();
    assertThat(recall(10)).isGreaterThanOrEqualTo(0.98);
    assertThat(recall(100)).isGreaterThanOrEqualTo(0.98);
  }

  @Test
  void whatChangesAndGoesIsFoundAsItIsBeforeTheGraphHasIt() {
    fill();
    graph = graph(3_000);
    keepUp();
    float[] query = vector();

    all.put("new", query);
    all.put("w1", query.clone());
    String first =
        all.nearest(query, 3, word -> word.startsWith("w1") || word.equals("new"))
            .getFirst()
            .word();
    all.remove(first);

    List<Neighbour> found = graph.search(all, query, 5, NONE);
    assertThat(found).extracting(Neighbour::word).startsWith("new", "w1").doesNotContain(first);
    assertThat(graph.pending()).isEqualTo(3);
    keepUp();
    assertThat(graph.pending()).isZero();
    assertThat(graph.search(all, query, 5, NONE))
        .extracting(Neighbour::word)
        .startsWith("new", "w1")
        .doesNotContain(first);
  }

  @Test
  void recallStaysWhenMostVectorsHaveChanged() {
    fill();
    graph = graph(1_000);
    keepUp();
    for (int round = 0; round < 4; round++) {
      for (int i = 0; i < WORDS; i += 2) {
        all.put("w" + random.nextInt(WORDS), vector());
        all.remove("w" + random.nextInt(WORDS));
      }
      keepUp();
    }

    assertThat(graph.hasGraph()).isTrue();
    assertThat(recall(10)).isGreaterThanOrEqualTo(0.98);
  }

  @Test
  void manyUnwantedWordsDoNotHideTheWantedOnes() {
    fill();
    graph = graph(1_000);
    keepUp();
    float[] query = vector();
    Set<String> nearest =
        all.nearest(query, 1_000, NONE).stream().map(Neighbour::word).collect(Collectors.toSet());

    assertThat(graph.search(all, query, 10, nearest::contains))
        .isEqualTo(all.nearest(query, 10, nearest::contains));
  }

  @Test
  void fewVectorsNeedNoGraph() {
    fill();
    graph = graph(WORDS);
    keepUp();

    assertThat(graph.hasGraph()).isFalse();
    float[] query = vector();
    assertThat(graph.search(all, query, 10, NONE)).isEqualTo(all.nearest(query, 10, NONE));
  }

  @Test
  void theGraphIsDroppedWhenFewAreLeftAndMadeAnewForOthers() {
    fill();
    graph = graph(WORDS - 10);
    keepUp();
    assertThat(graph.hasGraph()).isTrue();
    for (int i = 0; i < 20; i++) {
      all.remove("w" + i);
    }
    keepUp();
    assertThat(graph.hasGraph()).isFalse();

    var others = new ExactVectorIndex(2);
    for (int i = 0; i < WORDS; i++) {
      others.put("o" + i, new float[] {(float) random.nextGaussian(), 1});
    }
    while (graph.update(others)) {
      // Until it has all.
    }
    assertThat(graph.hasGraph()).isTrue();
    assertThat(graph.search(others, new float[] {0, 1}, 1, NONE).getFirst().word()).startsWith("o");
    float[] query = vector();
    assertThat(graph.search(all, query, 10, NONE)).isEqualTo(all.nearest(query, 10, NONE));
  }

  private HnswNearestNeighbours graph(int exactMax) {
    return new HnswNearestNeighbours(folder.resolve("graph"), exactMax, BUFFER_BYTES);
  }

  private void keepUp() {
    while (graph.update(all)) {
      // Until it has all.
    }
  }

  /** The share of the nearest that the graph finds. */
  private double recall(int limit) {
    int hits = 0;
    int questions = 100;
    for (int i = 0; i < questions; i++) {
      float[] query = vector();
      Set<String> found = new HashSet<>();
      graph.search(all, query, limit, NONE).forEach(it -> found.add(it.word()));
      hits +=
          (int)
              all.nearest(query, limit, NONE).stream()
                  .filter(it -> found.contains(it.word()))
                  .count();
    }
    return (double) hits / questions / limit;
  }

  private void fill() {
    for (int i = 0; i < CLUSTERS; i++) {
      centres[i] = gaussian(1);
    }
    for (int i = 0; i < WORDS; i++) {
      all.put("w" + i, vector());
    }
  }

  /** Words of one meaning lie together, as in a learned embedding. */
  private float[] vector() {
    float[] vector = gaussian(0.5);
    float[] centre = centres[random.nextInt(CLUSTERS)];
    for (int k = 0; k < DIMENSIONS; k++) {
      vector[k] += centre[k];
    }
    return vector;
  }

  private float[] gaussian(double scale) {
    float[] vector = new float[DIMENSIONS];
    for (int k = 0; k < DIMENSIONS; k++) {
      vector[k] = (float) (scale * random.nextGaussian());
    }
    return vector;
  }
}
