package io.millrace.learning.core;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A window over the newest values of a stream that grows while their mean stays and shrinks when it
 * changes: ADWIN2 (Bifet and Gavaldà 2007, "Learning from Time-Changing Data with Adaptive
 * Windowing", section 4). The window W of n values is an exponential histogram: row i has at most M
 * = 5 buckets, each with the sum and the variance of 2^i values. For each value:
 *
 * <ol>
 *   <li>It becomes a bucket of row 0. A row with M + 1 buckets merges its two oldest into one of
 *       the next row.
 *   <li>After every 32nd value, each border between two buckets splits W into n0 older and n1 newer
 *       values. The split is a cut if the means of the two differ by more than
 *       <pre>
 *     epsilon = sqrt(2/m · variance(W) · ln(2/delta')) + 2/(3m) · ln(2/delta')
 *     1/m = 1/n0 + 1/n1,  delta' = delta / ln n</pre>
 *   <li>While there is a cut, the oldest bucket is dropped.
 *   <li>If the mean of W has risen by that, the values have risen; where it fell, the window has
 *       forgotten the larger values, and nothing is reported.
 * </ol>
 *
 * <p>Values are in [0, 1]. Memory O(M · log n), at most {@value #MAX_ROWS} rows; the oldest bucket
 * is dropped where one more were needed. O(1) for a value and O(M · log n) for every 32nd. Depends
 * on the values and their order alone; logarithms are {@link StrictMath}'s. Not thread-safe.
 */
public final class Adwin {

  private static final int BUCKETS = 5;
  private static final int MAX_ROWS = 40;
  private static final int CHECK_EVERY = 32;

  /** The fewest values on either side of a split. */
  private static final int MIN_SIDE = 5;

  private static final int HEADER_BYTES = 2 * Long.BYTES + 2 * Double.BYTES + Integer.BYTES;

  private final double delta;
  private final double[][] sums = new double[MAX_ROWS][BUCKETS + 1];
  private final double[][] variances = new double[MAX_ROWS][BUCKETS + 1];
  private final int[] buckets = new int[MAX_ROWS];
  private int rows = 1;
  private long values;
  private long width;
  private double sum;
  private double variance;

  /**
   * A window without values.
   *
   * @param delta the chance of a cut at a check though nothing has changed, in (0, 1)
   */
  public Adwin(double delta) {
    if (!(delta > 0 && delta < 1)) {
      throw new IllegalArgumentException("delta must be in (0, 1), was " + delta);
    }
    this.delta = delta;
  }

  /**
   * Adds values of which some are 1 and the others 0, spread evenly: a batch says how many of its
   * predictions were wrong, not which.
   *
   * @return whether the mean has risen
   */
  public boolean add(long count, long ones) {
    boolean risen = false;
    for (long i = 0; i < count; i++) {
      risen |= add((i + 1) * ones / count > i * ones / count ? 1 : 0);
    }
    return risen;
  }

  /** Adds a value in [0, 1] and returns whether the mean has risen. */
  public boolean add(double value) {
    insert(value);
    values++;
    return values % CHECK_EVERY == 0 && shrink();
  }

  private void insert(double value) {
    if (width > 0) {
      double excess = value - sum / width;
      variance += width * excess * excess / (width + 1);
    }
    width++;
    sum += value;
    append(0, value, 0);
    compress();
  }

  private void append(int row, double bucketSum, double bucketVariance) {
    int at = buckets[row]++;
    sums[row][at] = bucketSum;
    variances[row][at] = bucketVariance;
  }

  private void compress() {
    for (int row = 0; row < rows && buckets[row] > BUCKETS; row++) {
      if (row == MAX_ROWS - 1) {
        dropOldest();
        return;
      }
      double size = 1L << row;
      double difference = (sums[row][0] - sums[row][1]) / size;
      double merged = variances[row][0] + variances[row][1] + size / 2 * difference * difference;
      append(row + 1, sums[row][0] + sums[row][1], merged);
      remove(row, 2);
      rows = Math.max(rows, row + 2);
    }
  }

  /** Removes the oldest buckets of a row. */
  private void remove(int row, int count) {
    buckets[row] -= count;
    System.arraycopy(sums[row], count, sums[row], 0, buckets[row]);
    System.arraycopy(variances[row], count, variances[row], 0, buckets[row]);
  }

  private boolean shrink() {
    double before = mean();
    boolean cut = false;
    while (hasCut()) {
      dropOldest();
      cut = true;
    }
    return cut && mean() > before;
  }

  private boolean hasCut() {
    double spread = 2 * variance / width;
    double log = StrictMath.log(2 * StrictMath.log(width) / delta);
    double older = 0;
    long n0 = 0;
    for (int row = rows - 1; row >= 0; row--) {
      for (int i = 0; i < buckets[row]; i++) {
        n0 += 1L << row;
        older += sums[row][i];
        long n1 = width - n0;
        if (n1 < MIN_SIDE) {
          return false;
        }
        double inverse = 1.0 / n0 + 1.0 / n1;
        double epsilon = Math.sqrt(inverse * spread * log) + 2 * inverse * log / 3;
        if (n0 >= MIN_SIDE && Math.abs(older / n0 - (sum - older) / n1) > epsilon) {
          return true;
        }
      }
    }
    return false;
  }

  private void dropOldest() {
    int row = rows - 1;
    long size = 1L << row;
    double dropped = sums[row][0];
    double droppedVariance = variances[row][0];
    remove(row, 1);
    width -= size;
    sum -= dropped;
    double difference = width == 0 ? 0 : dropped / size - sum / width;
    double between = (double) size * width / (size + width) * difference * difference;
    variance = Math.max(0, variance - droppedVariance - between);
    while (rows > 1 && buckets[rows - 1] == 0) {
      rows--;
    }
  }

  /** The mean of the window; 0 while it has no values. */
  public double mean() {
    return width == 0 ? 0 : sum / width;
  }

  /** The values in the window. */
  public long width() {
    return width;
  }

  /** Encodes the window for a checkpoint; equal windows have equal bytes. */
  public byte[] toBytes() {
    int all = Arrays.stream(buckets).sum();
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + rows + all * 2 * Double.BYTES);
    bytes.putLong(values).putLong(width).putDouble(sum).putDouble(variance).putInt(rows);
    for (int row = 0; row < rows; row++) {
      bytes.put((byte) buckets[row]);
      for (int i = 0; i < buckets[row]; i++) {
        bytes.putDouble(sums[row][i]).putDouble(variances[row][i]);
      }
    }
    return bytes.array();
  }

  /**
   * Decodes what {@link #toBytes} encoded.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static Adwin read(byte[] encoded, double delta) {
    var window = new Adwin(delta);
    try {
      ByteBuffer bytes = ByteBuffer.wrap(encoded);
      window.values = bytes.getLong();
      window.width = bytes.getLong();
      window.sum = bytes.getDouble();
      window.variance = bytes.getDouble();
      window.rows = bytes.getInt();
      require(window.rows >= 1 && window.rows <= MAX_ROWS);
      require(window.readRows(bytes) == window.width && !bytes.hasRemaining());
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException("the state of an ADWIN window is cut off", e);
    }
    return window;
  }

  private long readRows(ByteBuffer bytes) {
    long counted = 0;
    for (int row = 0; row < rows; row++) {
      int count = bytes.get();
      require(count >= 0 && count <= BUCKETS && (count > 0 || row < rows - 1 || rows == 1));
      counted += (long) count << row;
      for (int i = 0; i < count; i++) {
        append(row, bytes.getDouble(), bytes.getDouble());
      }
    }
    return counted;
  }

  private static void require(boolean valid) {
    if (!valid) {
      throw new IllegalArgumentException("the state of an ADWIN window is damaged");
    }
  }
}
