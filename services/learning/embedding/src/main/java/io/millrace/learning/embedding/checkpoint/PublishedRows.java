package io.millrace.learning.embedding.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.zip.CRC32C;

/**
 * What was last published of each row: the vector, the word's count, the version and the vector's
 * checksum. A published vector is not in the checkpoint, only its version and checksum, so that a
 * restored model has exactly that vector or is refused. Not thread-safe.
 */
final class PublishedRows {

  /** The version of a row that was never published. */
  static final long NEVER = -1;

  /** A word whose count has grown by this factor is published even if its vector did not move. */
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

  /** The version that last published a row, or {@link #NEVER}. */
  long version(int row) {
    return row < versions.length ? versions[row] : NEVER;
  }

  int checksum(int row) {
    return checksums[row];
  }

  /** Whether a row's vector equals the published one, bit by bit. */
  boolean isCurrent(int row, float[] vector) {
    int from = row * dimensions;
    return version(row) != NEVER
        && Arrays.equals(values, from, from + dimensions, vector, 0, dimensions);
  }

  /**
   * Whether a row must be published: it is new, moved far enough, or its count has grown enough.
   */
  boolean isDue(int row, double distance, double threshold, long count) {
    return version(row) == NEVER
        || distance > threshold
        || overwritten.get(row)
        || count / COUNT_GROWTH >= counts[row];
  }

  /** The distance of a vector from the published one, as a share of the latter's length. */
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

  /** Records that a row is published. */
  void published(int row, PublishedWord word) {
    expect(row, word.version(), checksumOf(word.vector()));
    keep(row, word);
    overwritten.clear(row);
  }

  /** Forgets what was published of a row, since it belongs to another word or none. */
  void forget(int row) {
    if (row < versions.length) {
      versions[row] = NEVER;
      overwritten.clear(row);
    }
  }

  /** Expects a restored row's published vector, which {@link #verify} will be given. */
  void expect(int row, long version, int checksum) {
    reserve(row);
    versions[row] = version;
    checksums[row] = checksum;
  }

  /**
   * Compares a published vector with the one that is expected for its row, and keeps it if it is
   * that. The last one of each word should be.
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

  /** Whether the expected vector of a row was found. */
  boolean isFound(int row) {
    return version(row) == NEVER || found.get(row);
  }

  /** Rows whose expected vector was followed by another one: they must be published again. */
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
