package io.millrace.learning.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

final class KernelTest {

  private static final int BOUND = 12;

  private final Kernel scalar = new ScalarKernel();
  private final Kernel vector = new VectorKernel();

  @Test
  void theTestsRunWithTheVectorModule() {
    assertThat(Kernel.fastest()).isInstanceOf(VectorKernel.class);
  }

  @Test
  void multipliesRows() {
    float[] left = new float[2 * 16];
    float[] right = new float[3 * 16];
    left[0] = 2;
    left[15] = 3;
    right[15] = 5;
    right[16] = 7;
    float[] products = new float[6];

    vector.multiply(left, 1, right, 2, 16, products);

    assertThat(products).startsWith(15, 14);
  }

  @Property(tries = 200)
  void bothKernelsMultiplyToTheSameBits(
      @ForAll @IntRange(min = 1, max = BOUND) int m,
      @ForAll @IntRange(min = 1, max = BOUND) int n,
      @ForAll @IntRange(min = 1, max = 200) int dimensions,
      @ForAll long seed) {
    int stride = Kernel.stride(dimensions);
    float[] left = random(BOUND * stride, seed);
    float[] right = random(BOUND * stride, seed + 1);
    float[] expected = new float[BOUND * BOUND];
    float[] actual = new float[BOUND * BOUND];

    scalar.multiply(left, m, right, n, stride, expected);
    vector.multiply(left, m, right, n, stride, actual);

    assertThat(actual).isEqualTo(expected);
  }

  @Property(tries = 200)
  void bothKernelsCombineToTheSameBits(
      @ForAll @IntRange(min = 1, max = BOUND) int m,
      @ForAll @IntRange(min = 1, max = BOUND) int n,
      @ForAll @IntRange(min = 1, max = 200) int dimensions,
      @ForAll long seed) {
    int stride = Kernel.stride(dimensions);
    float[] weights = random(BOUND * BOUND, seed);
    float[] rows = random(BOUND * stride, seed + 1);
    float[] expected = new float[BOUND * stride];
    float[] actual = new float[BOUND * stride];

    scalar.combine(weights, BOUND, m, rows, n, stride, expected);
    vector.combine(weights, BOUND, m, rows, n, stride, actual);

    assertThat(actual).isEqualTo(expected);
  }

  @Property(tries = 200)
  void bothKernelsAddAndMeasureToTheSameBits(
      @ForAll @IntRange(min = 1, max = 200) int dimensions, @ForAll long seed) {
    int stride = Kernel.stride(dimensions);
    float[] row = random(3 * stride, seed);
    float[] expected = random(3 * stride, seed + 1);
    float[] actual = expected.clone();

    scalar.addScaled(expected, stride, 0.3f, row, 2 * stride, stride);
    vector.addScaled(actual, stride, 0.3f, row, 2 * stride, stride);

    assertThat(actual).isEqualTo(expected);
    assertThat(vector.squaredNorm(row, stride, stride))
        .isEqualTo(scalar.squaredNorm(row, stride, stride));
  }

  private static float[] random(int length, long seed) {
    var random = new SplitMix64(seed);
    float[] numbers = new float[length];
    for (int i = 0; i < length; i++) {
      numbers[i] = (float) (random.nextDouble() - 0.5);
    }
    return numbers;
  }
}
