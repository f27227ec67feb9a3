package io.millrace.learning.embedding.table;

import io.millrace.learning.core.SplitMix64;
import io.millrace.learning.embedding.kernel.Kernel;
import io.millrace.learning.embedding.kernel.RowSelection;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Vectors by row, with a learning rate for each row: AdaGrad (Duchi, Hazan and Singer 2011) with
 * one accumulator a row. So a word that comes late learns as fast as the first words did, and a
 * word that has been updated a million times moves little. With a gradient g, the n-th update of a
 * row:
 *
 * <ol>
 *   <li>The row moves by learningRate / √(1 + accumulator) · g ({@link #select} gives the rate, the
 *       kernel moves the row).
 *   <li>The accumulator is multiplied by the greater of 1 - decay and 1 - 1 / (minWindow · n): it
 *       spans the last 1 / decay updates, but at least the share minWindow of all.
 *   <li>The mean square of g is added to the accumulator ({@link #recordUpdate}).
 * </ol>
 *
 * <p>The table grows with the highest row. Several threads may select, move and record rows at
 * once, and may then lose some of each other's updates (Niu et al. 2011, "Hogwild!"); all other
 * methods are for one thread.
 */
public final class EmbeddingTable {

  /** Rows are added in multiples of this. */
  private static final int GROWTH = 128;

  /** Added to the accumulator under the root: it bounds the rate of a row's first update. */
  private static final float FIRST_SQUARE = 1;

  /**
   * Floats before the first row. A large array begins where a region of the heap does, its elements
   * 16 bytes later; with this offset rows begin where lines of the cache do.
   */
  private static final int LEAD = 12;

  private final int dimensions;
  private final int stride;
  private final float learningRate;
  private final float retention;

  /** One divided by the least window, as a share of a row's updates. */
  private final float inverseMinWindow;

  private final ChangedRows changed = new ChangedRows();
  private float[] values;

  /**
   * For each row its accumulator, then the number of its updates, so that a cache line has both.
   */
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

  /** Resets a row: zeros, without updates. */
  public void clear(int row) {
    reserve(row);
    Arrays.fill(values, at(row), at(row) + stride, 0f);
    setAccumulator(row, 0, 0);
    changed.mark(row);
  }

  /** Resets a row to uniform random numbers in ±1 / (2 · dimensions), as word2vec does. */
  public void initialise(int row, SplitMix64 random) {
    clear(row);
    for (int k = 0; k < dimensions; k++) {
      values[at(row) + k] = (float) ((random.nextDouble() - 0.5) / dimensions);
    }
  }

  /** The offset of a row's first float. A row of zeros precedes the first row. */
  private int at(int row) {
    return LEAD + (row + 1) * stride;
  }

  /** Begins a selection of rows of this table. */
  public void beginSelection(RowSelection rows) {
    rows.values = values;
    rows.count = 0;
  }

  /** Adds a row to a selection, with the rate of its next update. */
  public void select(int row, RowSelection rows) {
    rows.offsets[rows.count] = at(row);
    rows.rates[rows.count] = learningRate / (float) Math.sqrt(FIRST_SQUARE + accumulators[2 * row]);
    rows.count++;
  }

  /** Adds the row of zeros to a selection; its rate is 0, so that it never moves. */
  public void selectPadding(RowSelection rows) {
    rows.offsets[rows.count] = LEAD;
    rows.rates[rows.count] = 0;
    rows.count++;
  }

  /**
   * Brings a row's accumulator up to date after an update.
   *
   * @param square the sum of squares of the gradient
   */
  public void recordUpdate(int row, float square) {
    float updates = accumulators[2 * row + 1] + 1;
    float kept = Math.max(retention, 1 - inverseMinWindow / updates);
    setAccumulator(row, accumulators[2 * row] * kept + square / dimensions, updates);
  }

  /**
   * Marks a row that is about to be updated as changed, and brings it into the cache.
   *
   * @return a sum that the caller must use, so that the compiler does not remove the reads
   */
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

  /** The number of a row's updates; it stays at 2^24, the end of a float's integers. */
  public float updatesAt(int row) {
    return accumulators[2 * row + 1];
  }

  /** Sets a row's accumulator and the number of its updates. */
  public void setAccumulator(int row, float square, float updates) {
    accumulators[2 * row] = square;
    accumulators[2 * row + 1] = updates;
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

  /** Reads a row's numbers, as {@link #write} wrote them. */
  public void read(int row, float square, float updates, ByteBuffer in) {
    reserve(row);
    setAccumulator(row, square, updates);
    in.asFloatBuffer().get(values, at(row), dimensions);
    in.position(in.position() + dimensions * Float.BYTES);
  }

  /** Makes room for a row, at least half as much again each time. */
  private void reserve(int row) {
    if (2 * row >= accumulators.length) {
      int rows = Kernel.roundUp(Math.max(row + 1, accumulators.length * 3 / 4), GROWTH);
      accumulators = Arrays.copyOf(accumulators, 2 * rows);
      values = Arrays.copyOf(values, Math.addExact(LEAD, Math.multiplyExact(rows + 1, stride)));
      changed.reserve(rows);
    }
  }
}
