package io.millrace.learning.embedding.kernel;

import io.millrace.learning.core.SplitMix64;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The kernel on one target after another: six context words, the target and five noise words, 100
 * dimensions, rows drawn evenly from tables of so many. Beside it what it is held against: nothing
 * but fused multiply-adds on registers, and copying memory. Run by {@code KernelBenchmark}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
public class KernelLoops {

  /** Numbers in a row with its padding. */
  static final int STRIDE = Kernel.stride(100);

  static final int SIDE = 6;

  /** Fused multiply-adds of one call of {@link #arithmetic}, each two operations. */
  static final int ROUNDS = 1_000;

  static final int CHAINS = 12;

  /** Numbers that one call of {@link #memory} reads, and writes. */
  static final int COPIED = 1 << 25;

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** In the first level of the cache; as many as Simple Wikipedia has words. */
  @Param({"24", "92000"})
  int rows;

  private final Kernel kernel = Kernel.fastest();
  private final SplitMix64 random = new SplitMix64(1);
  private final RowSelection left = new RowSelection(SIDE);
  private final RowSelection right = new RowSelection(SIDE);
  private final float[] errors = new float[Kernel.errorsLength(SIDE, SIDE)];
  private final float[] starts = new float[CHAINS];
  private float[] source = new float[0];
  private float[] target = new float[0];

  /** Makes the tables. */
  @Setup(Level.Trial)
  public void fill() {
    for (RowSelection side : new RowSelection[] {left, right}) {
      side.values = new float[12 + (rows + 1) * STRIDE];
      for (int row = 1; row <= rows; row++) {
        for (int k = 0; k < 100; k++) {
          side.values[12 + row * STRIDE + k] = (float) (random.nextDouble() - 0.5) / 10;
        }
      }
      side.count = SIDE;
      java.util.Arrays.fill(side.rates, 1e-4f);
    }
    for (int i = 0; i < CHAINS; i++) {
      starts[i] = (float) random.nextDouble();
    }
    source = new float[COPIED];
    target = new float[COPIED];
  }

  /** One target. */
  @Benchmark
  public float target() {
    for (int i = 0; i < SIDE; i++) {
      left.offsets[i] = 12 + (1 + (int) random.nextBelow(rows)) * STRIDE;
      right.offsets[i] = 12 + (1 + (int) random.nextBelow(rows)) * STRIDE;
    }
    kernel.errors(left, right, STRIDE, errors);
    kernel.applyGradients(left, right, STRIDE, errors);
    return errors[0];
  }

  /**
   * Independent chains of fused multiply-adds, enough to hide their latency: products are added to
   * sums, as in the kernels. The sums begin with different numbers. Where all began with the same,
   * the compiled code reached between a sixth and all of this, from one run to the next.
   */
  @Benchmark
  public float arithmetic() {
    FloatVector factor = FloatVector.broadcast(SPECIES, starts[0]);
    FloatVector other = FloatVector.broadcast(SPECIES, starts[1]);
    FloatVector s0 = FloatVector.broadcast(SPECIES, starts[0]);
    FloatVector s1 = FloatVector.broadcast(SPECIES, starts[1]);
    FloatVector s2 = FloatVector.broadcast(SPECIES, starts[2]);
    FloatVector s3 = FloatVector.broadcast(SPECIES, starts[3]);
    FloatVector s4 = FloatVector.broadcast(SPECIES, starts[4]);
    FloatVector s5 = FloatVector.broadcast(SPECIES, starts[5]);
    FloatVector s6 = FloatVector.broadcast(SPECIES, starts[6]);
    FloatVector s7 = FloatVector.broadcast(SPECIES, starts[7]);
    FloatVector s8 = FloatVector.broadcast(SPECIES, starts[8]);
    FloatVector s9 = FloatVector.broadcast(SPECIES, starts[9]);
    FloatVector s10 = FloatVector.broadcast(SPECIES, starts[10]);
    FloatVector s11 = FloatVector.broadcast(SPECIES, starts[11]);
    for (int i = 0; i < ROUNDS; i++) {
      s0 = factor.fma(other, s0);
      s1 = factor.fma(other, s1);
      s2 = factor.fma(other, s2);
      s3 = factor.fma(other, s3);
      s4 = factor.fma(other, s4);
      s5 = factor.fma(other, s5);
      s6 = factor.fma(other, s6);
      s7 = factor.fma(other, s7);
      s8 = factor.fma(other, s8);
      s9 = factor.fma(other, s9);
      s10 = factor.fma(other, s10);
      s11 = factor.fma(other, s11);
    }
    FloatVector all =
        s0.add(s1)
            .add(s2)
            .add(s3)
            .add(s4)
            .add(s5)
            .add(s6)
            .add(s7)
            .add(s8)
            .add(s9)
            .add(s10)
            .add(s11);
    return all.lane(0);
  }

  /** Copies an array that no cache holds. */
  @Benchmark
  public float memory() {
    System.arraycopy(source, 0, target, 0, COPIED);
    return target[COPIED / 2];
  }

  /** Operations of one call of {@link #arithmetic}. */
  public static double operations() {
    return 2.0 * ROUNDS * CHAINS * SPECIES.length();
  }

  /** Operations of one call of {@link #target}, padding left out. */
  public static double targetOperations() {
    return 6.0 * SIDE * SIDE * 100;
  }

  /** Bytes that one call of {@link #target} reads, and writes. */
  public static double targetBytes() {
    return 2.0 * SIDE * STRIDE * Float.BYTES;
  }

  /** Bytes that one call of {@link #memory} reads, and writes. */
  public static double copiedBytes() {
    return (double) COPIED * Float.BYTES;
  }
}
