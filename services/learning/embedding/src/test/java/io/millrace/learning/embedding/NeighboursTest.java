package io.millrace.learning.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class NeighboursTest {

  private final Neighbours neighbours =
      Neighbours.of(
          Map.of(
              "east", new float[] {3, 0},
              "northeast", new float[] {2, 2},
              "north", new float[] {0, 0.5f},
              "west", new float[] {-1, 0},
              "nowhere", new float[] {0, 0}));

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
  void leavesOutWordsWithoutADirection() {
    assertThat(neighbours.size()).isEqualTo(4);
    assertThat(neighbours.nearest(new float[] {0, 0}, 3, word -> false)).isEmpty();
  }

  @Test
  void findsNothingAmongNothing() {
    assertThat(Neighbours.of(Map.of()).nearest(new float[] {1}, 3, word -> false)).isEmpty();
  }

  @Test
  void refusesVectorsOfAnotherLength() {
    assertThatThrownBy(() -> neighbours.nearest(new float[] {1}, 3, word -> false))
        .hasMessageContaining("2 dimensions");
    assertThatThrownBy(() -> Neighbours.of(Map.of("a", new float[1], "b", new float[2])))
        .hasMessageContaining("dimensions, others");
  }
}
