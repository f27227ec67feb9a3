package io.millrace.learning.embedding;

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
final class RowTable {

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
  private final float keep;

  /** Steps until a row remembers one of them. */
  private final float stepsPerRemembered;

  private final ChangedRows changed = new ChangedRows();
  private float[] values;

  /** Of each row the accumulator, then the number of its steps: what a cache loads together. */
  private float[] learned = new float[0];

  RowTable(SkipGramConfig config) {
    this.dimensions = config.dimensions();
    this.stride = Kernel.stride(dimensions);
    this.learningRate = (float) config.learningRate();
    this.keep = (float) (1 - config.forgetting());
    this.stepsPerRemembered = (float) (1 / config.memory());
    this.values = new float[LEAD + stride];
  }

  /** Makes a row new: zeros that nothing was learned on. */
  void clear(int row) {
    reserve(row);
    Arrays.fill(values, at(row), at(row) + stride, 0f);
    learn(row, 0, 0);
    changed.mark(row);
  }

  /** Makes a row new: even random numbers in ±1 / (2 · dimensions), as word2vec does. */
  void scatter(int row, SplitMix64 random) {
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
  void choose(Rows rows) {
    rows.values = values;
    rows.count = 0;
  }

  /** Adds a row to a choice, with the rate of its next step. */
  void add(int row, Rows rows) {
    rows.at[rows.count] = at(row);
    rows.rates[rows.count] = learningRate / (float) Math.sqrt(FIRST_SQUARE + learned[2 * row]);
    rows.count++;
  }

  /** Adds the row of zeros, which never moves. */
  void addZeros(Rows rows) {
    rows.at[rows.count] = LEAD;
    rows.rates[rows.count] = 0;
    rows.count++;
  }

  /** Notes that a row was moved along a gradient with this sum of squares. */
  void moved(int row, float square) {
    float steps = learned[2 * row + 1] + 1;
    float kept = Math.max(keep, 1 - stepsPerRemembered / steps);
    learn(row, learned[2 * row] * kept + square / dimensions, steps);
  }

  /** Marks a row that is about to be learned from, and brings it into the cache. */
  float touch(int row) {
    changed.mark(row);
    float sum = learned[2 * row];
    for (int k = at(row); k < at(row) + stride; k += Kernel.LANES) {
      sum += values[k];
    }
    return sum;
  }

  /** A copy of a row without the padding. */
  float[] vector(int row) {
    return Arrays.copyOfRange(values, at(row), at(row) + dimensions);
  }

  /** The rows that changed. */
  ChangedRows changed() {
    return changed;
  }

  /** A row's accumulator. */
  float squareAt(int row) {
    return learned[2 * row];
  }

  /** The number of a row's steps; beyond 2^24 it stays. */
  float stepsAt(int row) {
    return learned[2 * row + 1];
  }

  /** Sets a row's accumulator and the number of its steps. */
  void learn(int row, float square, float steps) {
    learned[2 * row] = square;
    learned[2 * row + 1] = steps;
  }

  /** Sets a row's numbers, {@code float[dimensions]}. */
  void set(int row, float[] vector) {
    System.arraycopy(vector, 0, values, at(row), dimensions);
  }

  /** Writes a row's numbers, without the padding. */
  void write(int row, ByteBuffer out) {
    out.asFloatBuffer().put(values, at(row), dimensions);
    out.position(out.position() + dimensions * Float.BYTES);
  }

  /** Takes a row's numbers from what was written. */
  void read(int row, float square, float steps, ByteBuffer in) {
    reserve(row);
    learn(row, square, steps);
    in.asFloatBuffer().get(values, at(row), dimensions);
    in.position(in.position() + dimensions * Float.BYTES);
  }

  /** Makes place for a row, half as much again each time. */
  private void reserve(int row) {
    if (2 * row >= learned.length) {
      int rows = Kernel.roundUp(Math.max(row + 1, learned.length * 3 / 4), GROWTH);
      learned = Arrays.copyOf(learned, 2 * rows);
      values = Arrays.copyOf(values, Math.addExact(LEAD, Math.multiplyExact(rows + 1, stride)));
      changed.reserve(rows);
    }
  }
}
