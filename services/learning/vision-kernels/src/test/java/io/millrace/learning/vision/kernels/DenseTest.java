package io.millrace.learning.vision.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The layer against the sums of its definition, in the middle of a vector of parameters. */
final class DenseTest {

  private static final Offset<Float> TOLERANCE = within(1e-4f);
  private static final int INPUTS = 64;
  private static final int COUNT = 5;
  private static final int WEIGHT_AT = 7;
  private static final float UNTOUCHED = 99;

  /** Whole tiles of outputs, and outputs that must be made up to one. */
  @ParameterizedTest
  @ValueSource(ints = {8, 16, 1, 5, 13})
  void readsItsWeightsAndWritesItsGradientsInPlace(int outputs) {
    int biasAt = WEIGHT_AT + outputs * INPUTS;
    float[] parameters = random(biasAt + outputs + 3, 1);
    float[] batch = random(COUNT * INPUTS, 2);
    float[] d = random(COUNT * outputs, 3);
    float[] gradient = new float[parameters.length];
    Arrays.fill(gradient, UNTOUCHED);
    var dense = new Dense(INPUTS, outputs);
    dense.load(parameters, WEIGHT_AT, biasAt);

    float[] out = dense.forward(batch, COUNT).clone();
    float[] inputGradient = dense.backward(d, COUNT).clone();
    dense.writeGradients(gradient, WEIGHT_AT, biasAt);

    float[] expectedOut = new float[COUNT * outputs];
    float[] expectedInputGradient = new float[COUNT * INPUTS];
    float[] expectedGradient = new float[parameters.length];
    Arrays.fill(expectedGradient, UNTOUCHED);
    Arrays.fill(expectedGradient, WEIGHT_AT, biasAt + outputs, 0);
    for (int n = 0; n < COUNT; n++) {
      for (int o = 0; o < outputs; o++) {
        float sum = parameters[biasAt + o];
        for (int i = 0; i < INPUTS; i++) {
          sum += batch[n * INPUTS + i] * parameters[WEIGHT_AT + o * INPUTS + i];
        }
        expectedOut[n * outputs + o] = Math.max(sum, 0);
        float g = sum > 0 ? d[n * outputs + o] : 0;
        expectedGradient[biasAt + o] += g;
        for (int i = 0; i < INPUTS; i++) {
          expectedGradient[WEIGHT_AT + o * INPUTS + i] += g * batch[n * INPUTS + i];
          expectedInputGradient[n * INPUTS + i] += g * parameters[WEIGHT_AT + o * INPUTS + i];
        }
      }
    }
    assertThat(out).containsExactly(expectedOut, TOLERANCE);
    assertThat(inputGradient).containsExactly(expectedInputGradient, TOLERANCE);
    assertThat(gradient).containsExactly(expectedGradient, TOLERANCE);
  }

  private static float[] random(int length, long seed) {
    var random = new Random(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }
}
