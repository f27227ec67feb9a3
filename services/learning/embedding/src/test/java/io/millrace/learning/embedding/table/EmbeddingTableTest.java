package io.millrace.learning.embedding.table;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

final class EmbeddingTableTest {

  private static final int DIMENSIONS = 4;

  @Test
  void withoutDecayTheAccumulatorIsTheSum() {
    assertThat(after(5_000, 0, 0.1)).isEqualTo(5_000);
  }

  @Test
  void theDecayBoundsTheAccumulator() {
    assertThat(after(100_000, 0.001, 0)).isCloseTo(1_000, Percentage.withPercentage(1));
  }

  /** While a tenth of the updates is less than the window that the decay leaves. */
  @Test
  void aRowOfFewUpdatesDecaysAsIfThereWereNoMinimumWindow() {
    assertThat(after(9_000, 0.001, 0.1)).isEqualTo(after(9_000, 0.001, 0));
  }

  /** By a' = 1 - 10 a / n the accumulator is n / 11 in the end. */
  @Test
  void theWindowOfARowOfManyUpdatesIsAShareOfThem() {
    assertThat(after(1_000_000, 0.001, 0.1))
        .isCloseTo(1_000_000 / 11f, Percentage.withPercentage(2));
  }

  /** The accumulator after gradients whose mean square is 1. */
  private static float after(int updates, double decay, double minWindow) {
    var table = new EmbeddingTable(DIMENSIONS, 0.1, decay, minWindow);
    table.clear(7);
    for (int update = 0; update < updates; update++) {
      table.recordUpdate(7, DIMENSIONS);
    }
    return table.accumulatorAt(7);
  }
}
