package io.millrace.learning.embedding.neighbours;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ExactVectorIndexTest {

  private final ExactVectorIndex neighbours = new ExactVectorIndex(2);

  @BeforeEach
  void fill() {
    neighbours.put("east", new float[] {3, 0});
    neighbours.put("northeast", new float[] {2, 2});
    neighbours.put("north", new float[] {0, 0.5f});
    neighbours.put("west", new float[] {-1, 0});
    neighbours.put("nowhere", new float[] {0, 0});
  }

  @Test
  void findsTheNearestByAngleNotByLength() {
    assertThat(neighbours.nearest(new float[] {1, 0.1f}, 3, "east"::equals))
        .extracting(Neighbour::word)
        .containsExactly("northeast", "north", "west");
  }

  @Test
  void givesTheCosine() {
    assertThat(neighbours.nearest(new float[] {5, 0}, 2, word -> word.equals("east")))
        .first()
        .satisfies(n -> assertThat(n.similarity()).isCloseTo(Math.sqrt(0.5), within(1e-6)));
  }

  @Test
  void aWordWithoutADirectionIsNearToNothing() {
    assertThat(neighbours.size()).isEqualTo(5);
    assertThat(names(new float[] {1, 0}, 9)).hasSize(4).doesNotContain("nowhere");
    assertThat(neighbours.vector("nowhere")).contains(new float[2]);
  }

  @Test
  void findsNothingAmongNothing() {
    assertThat(new ExactVectorIndex(1).nearest(new float[] {1}, 3, word -> false)).isEmpty();
  }

  @Test
  void aNewVectorReplacesTheOneBefore() {
    neighbours.put("west", new float[] {1, 0.01f});

    assertThat(names(new float[] {1, 0.01f}, 1)).containsExactly("west");
    assertThat(neighbours.size()).isEqualTo(5);
  }

  @Test
  void aRemovedNameIsNotFoundAndItsRowIsUsedAgain() {
    assertThat(neighbours.remove("east")).isTrue();
    assertThat(neighbours.remove("east")).isFalse();
    neighbours.takeChanged();

    neighbours.put("south", new float[] {0, -1});

    assertThat(names(new float[] {1, 0}, 9)).doesNotContain("east").contains("south");
    assertThat(neighbours.vector("east")).isEmpty();
    assertThat(neighbours.takeChanged()).isEqualTo(rows(0));
  }

  @Test
  void comparesWithSomeRowsOnly() {
    assertThat(neighbours.nearestAmong(rows(1, 3, 4, 99), new float[] {1, 0}, 9, word -> false))
        .extracting(Neighbour::word)
        .containsExactly("northeast", "west");
    assertThat(neighbours.unit(0)).contains(new float[] {1, 0});
    assertThat(neighbours.unit(4)).isEmpty();
    assertThat(neighbours.unit(99)).isEmpty();
  }

  @Test
  void tellsWhichRowsHaveChanged() {
    neighbours.takeChanged();
    neighbours.put("north", new float[] {1, 1});
    neighbours.remove("west");

    assertThat(neighbours.changed()).isEqualTo(rows(2, 3));
    assertThat(neighbours.takeChanged()).isEqualTo(rows(2, 3));
    assertThat(neighbours.takeChanged().isEmpty()).isTrue();
  }

  @Test
  void addsUpVectors() {
    double[] sum = new double[2];

    assertThat(neighbours.addTo(sum, "northeast", 0.5)).isTrue();
    assertThat(neighbours.addTo(sum, "east", 1)).isTrue();
    assertThat(neighbours.addTo(sum, "unheard", 1)).isFalse();

    assertThat(sum).containsExactly(4, 1);
  }

  @Test
  void refusesVectorsThatCannotBeCompared() {
    assertThatThrownBy(() -> neighbours.nearest(new float[] {1}, 3, word -> false))
        .hasMessageContaining("2 dimensions");
    assertThatThrownBy(() -> neighbours.put("a", new float[3])).hasMessageContaining("had 3");
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE}) {
      assertThat(neighbours.accepts(new float[] {bad, 0})).isFalse();
      assertThatThrownBy(() -> neighbours.put("a", new float[] {bad, 0}))
          .hasMessageContaining("finite length");
    }
    assertThatThrownBy(() -> neighbours.nearest(new float[2], 0, word -> false))
        .hasMessageContaining("limit");
  }

  @Test
  void findsTheSameAsComparingOneByOneAfterAnyChanges() {
    var random = new Random(3);
    var many = new ExactVectorIndex(7);
    Map<String, float[]> expected = new TreeMap<>();
    for (int i = 0; i < 30_000; i++) {
      String name = "w" + random.nextInt(12_000);
      if (random.nextInt(4) == 0) {
        many.remove(name);
        expected.remove(name);
      } else {
        float[] vector = vector(random);
        many.put(name, vector);
        expected.put(name, vector);
      }
    }

    assertThat(many.size()).isEqualTo(expected.size());
    for (int i = 0; i < 20; i++) {
      float[] query = vector(random);
      assertThat(many.nearest(query, 10, word -> false))
          .extracting(Neighbour::word)
          .isEqualTo(oneByOne(expected, query, 10));
    }
  }

  private static List<String> oneByOne(Map<String, float[]> all, float[] query, int limit) {
    return all.entrySet().stream()
        .sorted(Comparator.comparingDouble(entry -> -cosine(entry.getValue(), query)))
        .limit(limit)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static double cosine(float[] a, float[] b) {
    double sum = IntStream.range(0, a.length).mapToDouble(k -> (double) a[k] * b[k]).sum();
    return sum / ExactVectorIndex.length(a) / ExactVectorIndex.length(b);
  }

  private static float[] vector(Random random) {
    float[] vector = new float[7];
    for (int k = 0; k < vector.length; k++) {
      vector[k] = (float) random.nextGaussian();
    }
    return vector;
  }

  private List<String> names(float[] vector, int limit) {
    return neighbours.nearest(vector, limit, word -> false).stream().map(Neighbour::word).toList();
  }

  private static BitSet rows(int... rows) {
    var set = new BitSet();
    IntStream.of(rows).forEach(set::set);
    return set;
  }
}
