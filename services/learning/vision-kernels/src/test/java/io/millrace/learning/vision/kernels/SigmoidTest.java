package io.millrace.learning.vision.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class SigmoidTest {

  @Test
  void isWithinTwoTenMillionthsOfTheExactValue() {
    float[] values = new float[2_001];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i - 1_000) * 0.02f;
    }
    float[] sigmoids = values.clone();

    Sigmoid.apply(sigmoids, 0, sigmoids.length);

    for (int i = 0; i < values.length; i++) {
      double exact = 1 / (1 + StrictMath.exp(-(double) values[i]));
      assertThat((double) sigmoids[i]).as("of " + values[i]).isCloseTo(exact, within(2e-7));
    }
  }

  @Test
  void staysBetweenZeroAndOneFarOut() {
    float[] values = {-1e30f, -88, 88, 1e30f, 7};

    Sigmoid.apply(values, 0, 4);

    assertThat(values[0]).isBetween(0f, 1e-37f);
    assertThat(values[1]).isBetween(0f, 1e-37f);
    assertThat(values).contains(1f, org.assertj.core.data.Index.atIndex(2));
    assertThat(values).contains(1f, org.assertj.core.data.Index.atIndex(3));
    assertThat(values).as("beyond the length").contains(7f, org.assertj.core.data.Index.atIndex(4));
  }

  @Test
  void aNumbersSigmoidDoesNotDependOnItsPlace() {
    float[] values = new float[40];
    java.util.Arrays.fill(values, 0.7f);

    Sigmoid.apply(values, 3, 37);

    for (int i = 4; i < values.length; i++) {
      assertThat(values[i]).isEqualTo(values[3]);
    }
  }
}
