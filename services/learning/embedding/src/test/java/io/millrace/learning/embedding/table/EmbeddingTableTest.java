package io.millrace.learning.embedding.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.embedding.EmbeddingArchitecture;
import io.millrace.learning.embedding.SkipGramConfig;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

final class EmbeddingTableTest {

  private static final int DIMENSIONS = 4;

  @Test
  void withoutForgettingTheAccumulatorIsTheSum() {
    assertThat(after(5_000, 0, 0.1)).isEqualTo(5_000);
  }

  @Test
  void whatIsForgottenAtEachStepBoundsTheAccumulator() {
    assertThat(after(100_000, 0.001, 0)).isCloseTo(1_000, Percentage.withPercentage(1));
  }

  /** While a tenth of the steps is less than what the forgetting leaves. */
  @Test
  void aRowOfFewStepsForgetsAsIfItHadNoMemory() {
    assertThat(after(9_000, 0.001, 0.1)).isEqualTo(after(9_000, 0.001, 0));
  }

  /** By a' = 1 - 10 a / n the accumulator is n / 11 in the end. */
  @Test
  void aRowOfManyStepsRemembersAShareOfThem() {
    assertThat(after(1_000_000, 0.001, 0.1))
        .isCloseTo(1_000_000 / 11f, Percentage.withPercentage(2));
  }

  /** Of so many gradients whose mean square is 1. */
  private static float after(int steps, double forgetting, double memory) {
    var table =
        new EmbeddingTable(
            new SkipGramConfig(
                EmbeddingArchitecture.SKIP_GRAM,
                DIMENSIONS,
                5,
                5,
                0,
                5,
                2_000,
                0.1,
                0.1,
                forgetting,
                memory,
                1));
    table.clear(7);
    for (int step = 0; step < steps; step++) {
      table.recordUpdate(7, DIMENSIONS);
    }
    return table.accumulatorAt(7);
  }
}
