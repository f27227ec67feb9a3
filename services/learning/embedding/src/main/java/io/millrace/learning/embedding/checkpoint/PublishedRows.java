package io.millrace.learning.embedding.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.zip.CRC32C;

/**
 * What was published last of each row. A vector that is published is not in the checkpoint too:
 * there stands by which version, and its checksum, so that a restored model has exactly that vector
 * or none. Not thread-safe.
 */
final class PublishedRows {

  /** The version of a row that was never published. */
  static final long NEVER = -1;

  /** A count that has grown by this factor is published even if the vector stood still. */
  private static final int COUNT_GROWTH = 2;

  private final int dimensions;
  private final ByteBuffer bytes;
  private final BitSet found = new BitSet();
  private final BitSet overwritten = new BitSet();
  private float[] values = new float[0];
  private long[] counts = new long[0];
  private long[] versions = new long[0];
  private int[] checksums = new int[0];

  PublishedRows(int dimensions) {
    this.dimensions = dimensions;
    this.bytes = ByteBuffer.allocate(dimensions * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** By which version a row was published last. */
  long version(int row) {
    return row < versions.length ? versions[row] : NEVER;
  }

  int checksum(int row) {
    return checksums[row];
  }

  /** Whether a row's vector is, bit by bit, what was published. */
  boolean isCurrent(int row, float[] vector) {
    int from = row * dimensions;
    return version(row) != NEVER
        && Arrays.equals(values, from, from + dimensions, vector, 0, dimensions);
  }

  /** Whether a row must be published to keep what is known of it near enough. */
  boolean isDue(int row, double distance, double threshold, long count) {
    return version(row) == NEVER
        || distance > threshold
        || overwritten.get(row)
        || count / COUNT_GROWTH >= counts[row];
  }

  /** How far a vector is from the published one, as a share of the latter's length. */
  double distance(int row, float[] vector) {
    double moved = 0;
    double length = 0;
    int from = row * dimensions;
    for (int k = 0; k < dimensions; k++) {
      float was = values[from + k];
      float difference = vector[k] - was;
      moved += difference * difference;
      length += was * was;
    }
    return length == 0 ? Double.POSITIVE_INFINITY : Math.sqrt(moved / length);
  }

  /** A row is published. */
  void published(int row, PublishedWord word) {
    expect(row, word.version(), checksumOf(word.vector()));
    keep(row, word);
    overwritten.clear(row);
  }

  /** A row is no longer that of the word that was published. */
  void forget(int row) {
    if (row < versions.length) {
      versions[row] = NEVER;
      overwritten.clear(row);
    }
  }

  /** What was published of a row will be offered. */
  void expect(int row, long version, int checksum) {
    reserve(row);
    versions[row] = version;
    checksums[row] = checksum;
  }

  /**
   * Takes a word, if it is what is expected of its row; the last one that is offered should be.
   *
   * @return whether it is
   */
  boolean verify(int row, PublishedWord word) {
    boolean expected =
        version(row) == word.version()
            && word.vector().length == dimensions
            && checksumOf(word.vector()) == checksums[row];
    if (expected) {
      keep(row, word);
      found.set(row);
    }
    overwritten.set(row, !expected);
    return expected;
  }

  /** Whether what was expected of a row was offered. */
  boolean isFound(int row) {
    return version(row) == NEVER || found.get(row);
  }

  /** Rows of which something else was offered after what is expected. */
  BitSet overwritten() {
    return overwritten;
  }

  private void keep(int row, PublishedWord word) {
    System.arraycopy(word.vector(), 0, values, row * dimensions, dimensions);
    counts[row] = word.count();
  }

  private int checksumOf(float[] vector) {
    bytes.asFloatBuffer().put(vector);
    var crc = new CRC32C();
    crc.update(bytes.array());
    return (int) crc.getValue();
  }

  private void reserve(int row) {
    int rows = versions.length;
    if (row >= rows) {
      int more = Math.max(row + 1, rows + rows / 2);
      values = Arrays.copyOf(values, Math.multiplyExact(more, dimensions));
      counts = Arrays.copyOf(counts, more);
      checksums = Arrays.copyOf(checksums, more);
      versions = Arrays.copyOf(versions, more);
      Arrays.fill(versions, rows, more, NEVER);
    }
  }
}
