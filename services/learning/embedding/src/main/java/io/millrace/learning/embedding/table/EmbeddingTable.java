package io.millrace.learning.embedding.table;

import io.millrace.learning.core.SplitMix64;
import io.millrace.learning.embedding.kernel.Kernel;
import io.millrace.learning.embedding.kernel.RowSelection;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Vectors by row, learned with a rate of each row's own: AdaGrad (Duchi, Hazan and Singer 2011)
 * with one accumulator a row, the sum of the mean squares of its earlier gradients. So a word that
 * comes late learns as fast as the first did, and one met for the millionth time moves little. The
 * sum forgets, by the lesser of a share of it and what leaves a share of the row's steps in mind.
 * Grows with the highest row. Several threads may move rows at once, and may then lose some of each
 * other's steps (Niu et al. 2011, "Hogwild!"); all else is for one thread.
 */
public final class EmbeddingTable {

  /** Rows are added by so many at once. */
  private static final int GROWTH = 128;

  /** Keeps the first step finite: what the accumulator begins with. */
  private static final float FIRST_SQUARE = 1;

  /**
   * Numbers before the first row. A large array begins where a region of the heap does, its numbers
   * 16 bytes later; so rows begin where lines of the cache do.
   */
  private static final int LEAD = 12;

  private final int dimensions;
  private final int stride;
  private final float learningRate;
  private final float retention;

  /** Steps until a row remembers one of them. */
  private final float inverseMinWindow;

  private final ChangedRows changed = new ChangedRows();
  private float[] values;

  /** Of each row the accumulator, then the number of its steps: what a cache loads together. */
  private float[] accumulators = new float[0];

  /**
   * An empty table.
   *
   * @param dimensions numbers in a row
   * @param learningRate AdaGrad's eta
   * @param decay the share of its accumulator that a row forgets at each update
   * @param minWindow the share of its updates that the accumulator spans at least
   */
  public EmbeddingTable(int dimensions, double learningRate, double decay, double minWindow) {
    this.dimensions = dimensions;
    this.stride = Kernel.stride(dimensions);
    this.learningRate = (float) learningRate;
    this.retention = (float) (1 - decay);
    this.inverseMinWindow = (float) (1 / minWindow);
    this.values = new float[LEAD + stride];
  }

  /** Makes a row new: zeros that nothing was learned on. */
  public void clear(int row) {
    reserve(row);
    Arrays.fill(values, at(row), at(row) + stride, 0f);
    setAccumulator(row, 0, 0);
    changed.mark(row);
  }

  /** Makes a row new: even random numbers in ±1 / (2 · dimensions), as word2vec does. */
  public void initialise(int row, SplitMix64 random) {
    clear(row);
    for (int k = 0; k < dimensions; k++) {
      values[at(row) + k] = (float) ((random.nextDouble() - 0.5) / dimensions);
    }
  }

  /** Where a row begins; before them all is one of zeros. */
  private int at(int row) {
    return LEAD + (row + 1) * stride;
  }

  /** Begins a choice of rows. */
  public void beginSelection(RowSelection rows) {
    rows.values = values;
    rows.count = 0;
  }

  /** Adds a row to a choice, with the rate of its next step. */
  public void select(int row, RowSelection rows) {
    rows.offsets[rows.count] = at(row);
    rows.rates[rows.count] = learningRate / (float) Math.sqrt(FIRST_SQUARE + accumulators[2 * row]);
    rows.count++;
  }

  /** Adds the row of zeros, which never moves. */
  public void selectPadding(RowSelection rows) {
    rows.offsets[rows.count] = LEAD;
    rows.rates[rows.count] = 0;
    rows.count++;
  }

  /** Notes that a row was moved along a gradient with this sum of squares. */
  public void recordUpdate(int row, float square) {
    float steps = accumulators[2 * row + 1] + 1;
    float kept = Math.max(retention, 1 - inverseMinWindow / steps);
    setAccumulator(row, accumulators[2 * row] * kept + square / dimensions, steps);
  }

  /** Marks a row that is about to be learned from, and brings it into the cache. */
  public float markAndPrefetch(int row) {
    changed.mark(row);
    float sum = accumulators[2 * row];
    for (int k = at(row); k < at(row) + stride; k += Kernel.LANES) {
      sum += values[k];
    }
    return sum;
  }

  /** A copy of a row without the padding. */
  public float[] vector(int row) {
    return Arrays.copyOfRange(values, at(row), at(row) + dimensions);
  }

  /** The rows that changed. */
  public ChangedRows changed() {
    return changed;
  }

  /** A row's accumulator. */
  public float accumulatorAt(int row) {
    return accumulators[2 * row];
  }

  /** The number of a row's steps; beyond 2^24 it stays. */
  public float updatesAt(int row) {
    return accumulators[2 * row + 1];
  }

  /** Sets a row's accumulator and the number of its steps. */
  public void setAccumulator(int row, float square, float steps) {
    accumulators[2 * row] = square;
    accumulators[2 * row + 1] = steps;
  }

  /** Sets a row's numbers, {@code float[dimensions]}. */
  public void set(int row, float[] vector) {
    System.arraycopy(vector, 0, values, at(row), dimensions);
  }

  /** Writes a row's numbers, without the padding. */
  public void write(int row, ByteBuffer out) {
    out.asFloatBuffer().put(values, at(row), dimensions);
    out.position(out.position() + dimensions * Float.BYTES);
  }

  /** Takes a row's numbers from what was written. */
  public void read(int row, float square, float steps, ByteBuffer in) {
    reserve(row);
    setAccumulator(row, square, steps);
    in.asFloatBuffer().get(values, at(row), dimensions);
    in.position(in.position() + dimensions * Float.BYTES);
  }

  /** Makes place for a row, half as much again each time. */
  private void reserve(int row) {
    if (2 * row >= accumulators.length) {
      int rows = Kernel.roundUp(Math.max(row + 1, accumulators.length * 3 / 4), GROWTH);
      accumulators = Arrays.copyOf(accumulators, 2 * rows);
      values = Arrays.copyOf(values, Math.addExact(LEAD, Math.multiplyExact(rows + 1, stride)));
      changed.reserve(rows);
    }
  }
}
