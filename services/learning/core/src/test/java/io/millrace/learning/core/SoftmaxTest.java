package io.millrace.learning.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class SoftmaxTest {

  @Test
  void givesProbabilitiesInTheRatioOfTheExponentials() {
    double[] probabilities = Softmax.of(new float[] {0, 1, 3});

    assertThat(probabilities[0] + probabilities[1] + probabilities[2]).isCloseTo(1, within(1e-15));
    assertThat(probabilities[2] / probabilities[1]).isCloseTo(Math.exp(2), within(1e-12));
    assertThat(probabilities[1] / probabilities[0]).isCloseTo(Math.E, within(1e-12));
  }

  @Test
  void neitherOverflowsNorVanishes() {
    assertThat(Softmax.of(new float[] {3e38f, 3e38f})).containsExactly(0.5, 0.5);
    assertThat(Softmax.of(new float[] {-3e38f, -3e38f})).containsExactly(0.5, 0.5);
    assertThat(Softmax.of(new float[] {3e38f, -3e38f})).containsExactly(1, 0);
  }

  @Test
  void hasNothingToSayOfNothing() {
    assertThat(Softmax.of(new float[0])).isEmpty();
  }

  @Test
  void takesARowOfSeveral() {
    float[] scores = {9, 0, 1, 3, 9};

    assertThat(Softmax.of(scores, 1, 3)).containsExactly(Softmax.of(new float[] {0, 1, 3}));
  }

  @Test
  void theCrossEntropyIsTheLogarithmOfTheProbability() {
    float[] scores = {9, 0, 1, 3, 9};

    assertThat(Softmax.crossEntropy(scores, 1, 3, 1))
        .isCloseTo(-Math.log(Softmax.of(scores, 1, 3)[1]), within(1e-12));
    assertThat(Softmax.crossEntropy(new float[] {1_000, 0}, 0, 2, 1)).isEqualTo(1_000);
  }

  @Test
  void theAnswerIsTheFirstOfTheGreatest() {
    float[] scores = {9, 0, 3, 3, 9};

    assertThat(Softmax.argMax(scores, 1, 3)).isEqualTo(1);
    assertThat(Softmax.argMax(scores, 1, 0)).isEqualTo(-1);
  }
}
