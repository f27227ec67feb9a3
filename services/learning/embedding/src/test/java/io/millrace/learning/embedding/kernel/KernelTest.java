package io.millrace.learning.embedding.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.core.SplitMix64;
import java.util.Arrays;
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
  void bothKernelsLearnToTheSameBits(
      @ForAll @IntRange(min = 1, max = BOUND) int m,
      @ForAll @IntRange(min = 1, max = BOUND) int n,
      @ForAll @IntRange(min = 1, max = 200) int dimensions,
      @ForAll long seed) {
    var expected = new Problem(m, n, dimensions, seed);
    var actual = new Problem(m, n, dimensions, seed);

    expected.learn(scalar);
    actual.learn(vector);

    assertThat(actual.left.values).isEqualTo(expected.left.values);
    assertThat(actual.right.values).isEqualTo(expected.right.values);
    assertThat(actual.left.squares).isEqualTo(expected.left.squares);
    assertThat(actual.right.squares).isEqualTo(expected.right.squares);
  }

  @Property(tries = 100)
  void bothKernelsSpreadAndTakeMeansToTheSameBits(
      @ForAll @IntRange(min = 1, max = BOUND) int m,
      @ForAll @IntRange(min = 1, max = 200) int dimensions,
      @ForAll long seed) {
    var expected = new Problem(m, 1, dimensions, seed);
    var actual = new Problem(m, 1, dimensions, seed);
    float[] expectedMean = new float[expected.stride];
    float[] actualMean = new float[actual.stride];

    scalar.mean(expected.left, expected.stride, expectedMean);
    vector.mean(actual.left, actual.stride, actualMean);
    float[] zeros = new float[expected.stride];
    scalar.applySharedGradient(expected.left, expected.stride, expectedMean, zeros);
    vector.applySharedGradient(actual.left, actual.stride, actualMean, zeros);

    assertThat(actualMean).isEqualTo(expectedMean);
    assertThat(actual.left.values).isEqualTo(expected.left.values);
  }

  @Property(tries = 100)
  void learnsWhatThePlainFormulaeSay(
      @ForAll @IntRange(min = 1, max = BOUND) int m,
      @ForAll @IntRange(min = 1, max = Kernel.GROUP) int n,
      @ForAll @IntRange(min = 1, max = 200) int dimensions,
      @ForAll long seed) {
    var problem = new Problem(m, n, dimensions, seed, true);
    var reference = new PlainReference(problem.left, problem.right, dimensions);

    problem.learn(vector);
    reference.learnSkipGram();

    reference.assertLearned(problem.left, problem.right);
  }

  @Property(tries = 100)
  void theHiddenLayerLearnsWhatThePlainFormulaeOfCbowSay(
      @ForAll @IntRange(min = 1, max = BOUND) int m,
      @ForAll @IntRange(min = 1, max = Kernel.GROUP) int n,
      @ForAll @IntRange(min = 1, max = 200) int dimensions,
      @ForAll long seed) {
    var problem = new Problem(m, n, dimensions, seed, true);
    var reference = new PlainReference(problem.left, problem.right, dimensions);

    new CbowLayer(vector, problem.stride)
        .update(problem.left, problem.right, new float[Kernel.errorsLength(Kernel.PAIR, BOUND)]);
    reference.learnCbow();

    reference.assertLearned(problem.left, problem.right);
  }

  @Test
  void theRowOfZerosStaysOne() {
    var problem = new Problem(3, 2, 20, 1);

    problem.learn(vector);

    assertThat(Arrays.copyOf(problem.left.values, problem.stride)).containsOnly(0f);
    assertThat(Arrays.copyOf(problem.right.values, problem.stride)).containsOnly(0f);
  }

  /** Rows of two tables, some of them chosen, the same row now and then twice. */
  private static final class Problem {
    private final boolean distinct;
    final int stride;
    final RowSelection left;
    final RowSelection right;

    Problem(int m, int n, int dimensions, long seed) {
      this(m, n, dimensions, seed, false);
    }

    Problem(int m, int n, int dimensions, long seed, boolean distinct) {
      this.distinct = distinct;
      stride = Kernel.stride(dimensions);
      left = choose(m, Kernel.roundUp(m, Kernel.PAIR), dimensions, new SplitMix64(seed));
      right = choose(n, Kernel.roundUp(n, Kernel.GROUP), dimensions, new SplitMix64(seed + 1));
    }

    private RowSelection choose(int count, int room, int dimensions, SplitMix64 random) {
      var rows = new RowSelection(room);
      rows.values = new float[(1 + 2 * BOUND) * stride];
      for (int row = 1; row <= 2 * BOUND; row++) {
        for (int k = 0; k < dimensions; k++) {
          rows.values[row * stride + k] = (float) (random.nextDouble() - 0.5);
        }
      }
      for (int i = 0; i < count; i++) {
        long row = distinct ? 2 * i + random.nextBelow(2) : random.nextBelow(2 * BOUND);
        rows.offsets[i] = (1 + (int) row) * stride;
        rows.rates[i] = (float) random.nextDouble() / 10;
      }
      rows.count = count;
      return rows;
    }

    void learn(Kernel kernel) {
      float[] errors = new float[Kernel.errorsLength(left.offsets.length, right.offsets.length)];
      kernel.errors(left, right, stride, errors);
      kernel.applyGradients(left, right, stride, errors);
    }
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
