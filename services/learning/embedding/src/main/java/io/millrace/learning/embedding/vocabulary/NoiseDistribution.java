package io.millrace.learning.embedding.vocabulary;

import io.millrace.learning.core.SplitMix64;
import java.util.Arrays;

/**
 * Draws rows with a probability proportional to their weights, which change all the time: the
 * dynamic noise distribution of Kaji and Kobayashi 2017, drawn exactly instead of from a table that
 * is overwritten at random. Rows whose weights have the same highest bit form a class. A draw
 * (Matias, Vitter and Ni 2003, "Dynamic Generation of Discrete Random Variates"):
 *
 * <ol>
 *   <li>A class is drawn with a probability proportional to the sum of its weights.
 *   <li>A member of the class is drawn uniformly.
 *   <li>It is accepted with a probability proportional to its weight, at least one half; otherwise
 *       the draw goes back to step 2.
 * </ol>
 *
 * <p>Weights are integers: their sums are exact and never drift. O(1) a change, O(classes) a draw.
 * Not thread-safe.
 */
public final class NoiseDistribution {

  private static final int CLASSES = Long.SIZE - 1;
  private static final int FRACTION_BITS = 8;

  private final int[][] members = new int[CLASSES][0];
  private final int[] sizes = new int[CLASSES];
  private final long[] totals = new long[CLASSES];
  private long total;
  private long[] weights = new long[0];
  private int[] positions = new int[0];

  /** The weight of a word: count^0.75 in units of 1/256. All operations are correctly rounded. */
  static long weight(long count) {
    double c = count;
    return Math.max(1, (long) (Math.sqrt(c * Math.sqrt(c)) * (1 << FRACTION_BITS)));
  }

  /** The position of a row in its class. Positions and weights are the whole state. */
  public int position(int row) {
    return positions[row];
  }

  /** Adds a row that has no weight yet. */
  void add(int row, long weight) {
    int c = classOf(weight);
    place(row, weight, sizes[c]);
    sizes[c]++;
  }

  /**
   * Restores a row at its position. When all rows are restored, the positions in each class must be
   * 0, 1, 2 and so on ({@link #isComplete}).
   *
   * @throws IllegalArgumentException if another row has that position
   */
  void restore(int row, long weight, int position) {
    int c = classOf(weight);
    place(row, weight, position);
    sizes[c] = Math.max(sizes[c], position + 1);
  }

  /** Whether no position of any class is empty. */
  boolean isComplete() {
    for (int c = 0; c < CLASSES; c++) {
      for (int position = 0; position < sizes[c]; position++) {
        if (members[c][position] < 0) {
          return false;
        }
      }
    }
    return true;
  }

  /**
   * Changes the weight of a row.
   *
   * @return the row that took this one's position in its former class, or -1
   */
  int changeWeight(int row, long weight) {
    int from = classOf(weights[row]);
    if (from == classOf(weight)) {
      long more = weight - weights[row];
      weights[row] = weight;
      totals[from] += more;
      total += more;
      return -1;
    }
    int moved = remove(row, from);
    add(row, weight);
    return moved;
  }

  /** Removes all rows. */
  void clear() {
    for (int[] rows : members) {
      Arrays.fill(rows, -1);
    }
    Arrays.fill(sizes, 0);
    Arrays.fill(totals, 0);
    total = 0;
  }

  /** Draws a row; there must be one. */
  public int draw(SplitMix64 random) {
    long rest = random.nextBelow(total);
    int c = CLASSES - 1;
    while (rest >= totals[c]) {
      rest -= totals[c];
      c--;
    }
    long bound = 2L << c;
    while (true) {
      int row = members[c][(int) random.nextBelow(sizes[c])];
      if (random.nextBelow(bound) < weights[row]) {
        return row;
      }
    }
  }

  private void place(int row, long weight, int position) {
    if (row >= weights.length) {
      int length = Math.max(row + 1, weights.length * 2);
      weights = Arrays.copyOf(weights, length);
      positions = Arrays.copyOf(positions, length);
    }
    int c = classOf(weight);
    if (position >= members[c].length) {
      int used = members[c].length;
      members[c] = Arrays.copyOf(members[c], Math.max(position + 1, used * 2));
      Arrays.fill(members[c], used, members[c].length, -1);
    }
    if (members[c][position] >= 0) {
      throw new IllegalArgumentException(
          "the checkpoint has two rows at position "
              + position
              + " of class "
              + c
              + " of the noise distribution");
    }
    members[c][position] = row;
    positions[row] = position;
    weights[row] = weight;
    totals[c] += weight;
    total += weight;
  }

  private int remove(int row, int c) {
    int last = members[c][--sizes[c]];
    members[c][positions[row]] = last;
    positions[last] = positions[row];
    members[c][sizes[c]] = -1;
    totals[c] -= weights[row];
    total -= weights[row];
    return last == row ? -1 : last;
  }

  private static int classOf(long weight) {
    return CLASSES - Long.numberOfLeadingZeros(weight);
  }
}
