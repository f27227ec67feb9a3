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

  /** Independent chains of fused multiply-adds, enough to hide their latency. */
  @Benchmark
  public float arithmetic() {
    FloatVector factor = FloatVector.broadcast(SPECIES, 0.999f);
    FloatVector s0 = FloatVector.broadcast(SPECIES, 1f);
    FloatVector s1 = s0;
    FloatVector s2 = s0;
    FloatVector s3 = s0;
    FloatVector s4 = s0;
    FloatVector s5 = s0;
    FloatVector s6 = s0;
    FloatVector s7 = s0;
    FloatVector s8 = s0;
    FloatVector s9 = s0;
    FloatVector s10 = s0;
    FloatVector s11 = s0;
    for (int i = 0; i < ROUNDS; i++) {
      s0 = s0.fma(factor, factor);
      s1 = s1.fma(factor, factor);
      s2 = s2.fma(factor, factor);
      s3 = s3.fma(factor, factor);
      s4 = s4.fma(factor, factor);
      s5 = s5.fma(factor, factor);
      s6 = s6.fma(factor, factor);
      s7 = s7.fma(factor, factor);
      s8 = s8.fma(factor, factor);
      s9 = s9.fma(factor, factor);
      s10 = s10.fma(factor, factor);
      s11 = s11.fma(factor, factor);
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
