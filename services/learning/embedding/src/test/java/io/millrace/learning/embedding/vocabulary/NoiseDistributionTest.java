package io.millrace.learning.embedding.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.learning.core.SplitMix64;
import org.junit.jupiter.api.Test;

final class NoiseDistributionTest {

  private static final int DRAWS = 400_000;

  private final NoiseDistribution noise = new NoiseDistribution();

  @Test
  void weighsByThePowerThreeQuarters() {
    assertThat(NoiseDistribution.weight(16)).isEqualTo(8 * 256);
    assertThat(NoiseDistribution.weight(10_000)).isEqualTo(1_000 * 256);
  }

  @Test
  void drawsInProportionToTheWeights() {
    long[] weights = {1, 2, 3, 100, 127, 128, 900, 5_000};
    for (int row = 0; row < weights.length; row++) {
      noise.add(row, weights[row]);
    }

    assertDrawnInProportionTo(weights);
  }

  @Test
  void drawsInProportionToTheNewWeightsAfterChanges() {
    long[] weights = {40, 41, 42, 43, 44};
    for (int row = 0; row < weights.length; row++) {
      noise.add(row, 33);
    }
    for (int row = 0; row < weights.length; row++) {
      weights[row] = 33L << row;
      noise.changeWeight(row, weights[row]);
    }

    assertDrawnInProportionTo(weights);
  }

  @Test
  void tellsWhichRowTookThePlaceOfOneThatLeftItsClass() {
    noise.add(0, 4);
    noise.add(1, 5);
    noise.add(2, 6);

    int moved = noise.changeWeight(0, 8);

    assertThat(moved).isEqualTo(2);
    assertThat(noise.position(2)).isZero();
    assertThat(noise.changeWeight(1, 9)).isEqualTo(-1);
  }

  @Test
  void drawsTheSameAfterRestoringInAnotherOrder() {
    for (int row = 0; row < 5; row++) {
      noise.add(row, 4 + row % 4);
    }
    noise.changeWeight(0, 16);
    var restored = new NoiseDistribution();
    for (int row = 4; row > 0; row--) {
      restored.restore(row, 4 + row % 4, noise.position(row));
    }
    restored.restore(0, 16, noise.position(0));

    var random = new SplitMix64(1);
    var other = new SplitMix64(1);

    assertThat(restored.isComplete()).isTrue();
    for (int draw = 0; draw < 1_000; draw++) {
      assertThat(restored.draw(random)).isEqualTo(noise.draw(other));
    }
  }

  @Test
  void isIncompleteWithAnEmptyPosition() {
    noise.restore(0, 4, 1);

    assertThat(noise.isComplete()).isFalse();
  }

  @Test
  void refusesTwoRowsAtOnePosition() {
    noise.restore(0, 4, 0);

    assertThatThrownBy(() -> noise.restore(1, 5, 0)).hasMessageContaining("two rows");
  }

  private void assertDrawnInProportionTo(long[] weights) {
    var random = new SplitMix64(7);
    long total = 0;
    for (long weight : weights) {
      total += weight;
    }
    int[] drawn = new int[weights.length];
    for (int i = 0; i < DRAWS; i++) {
      drawn[noise.draw(random)]++;
    }
    for (int row = 0; row < weights.length; row++) {
      double share = (double) weights[row] / total;
      double deviation = Math.sqrt(share * (1 - share) / DRAWS);
      assertThat((double) drawn[row] / DRAWS).isCloseTo(share, within(5 * deviation));
    }
  }
}
