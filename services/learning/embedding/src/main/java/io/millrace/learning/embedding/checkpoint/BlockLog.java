package io.millrace.learning.embedding.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.zip.CRC32C;

/**
 * A table as parts of a checkpoint, of which a step writes only the rows that changed. Rows are
 * grouped into blocks, and each block is a small log. For each block with a changed row:
 *
 * <ol>
 *   <li>The rows that changed are encoded as a new part, numbered after the last one.
 *   <li>If the parts after the first would have more bytes than the first, or there are {@value
 *       #MAX_CHANGES} of them, the block is written whole instead, as part 0, and its other parts
 *       are removed.
 * </ol>
 *
 * <p>So a step writes at most about twice what changed, and the parts are at most twice the table.
 *
 * <p>A part is the CRC-32C of the rest, then for each row its index in the block, two bytes, whose
 * highest bit says that the row is free now, and what {@link RowStore#writeRow} wrote; all
 * little-endian. Not thread-safe.
 */
final class BlockLog {

  /** The table that a log writes. */
  interface RowStore {
    /** All rows ever used are below this number. */
    int limit();

    /** Whether a row is in use. */
    boolean isUsed(int row);

    /** Whether a row has changed or was freed since the last step. */
    boolean isChanged(int row);

    /** Writes a row that is in use. */
    void writeRow(int row, ByteBuffer out);

    /**
     * Reads a row, as {@link #writeRow} wrote it; of several of the same row the last one counts.
     */
    void readRow(int row, ByteBuffer in);

    /** Frees a row. */
    void clearRow(int row);
  }

  /** The most parts with changes that a block has. */
  static final int MAX_CHANGES = 64;

  private static final int REMOVED = 0x8000;

  private final String name;
  private final int blockRows;
  private final int blocks;
  private final RowStore rows;
  private final ByteBuffer buffer;
  private final int[] parts;
  private final int[] wholeBytes;
  private final int[] changedBytes;

  /**
   * A log without parts.
   *
   * @param name the prefix of the names of its parts
   * @param capacity the most rows of the table
   * @param blockRows rows in a block, at most 32,768
   * @param maxRowBytes the most bytes that the table writes for a row
   */
  BlockLog(String name, int capacity, int blockRows, int maxRowBytes, RowStore rows) {
    this.name = name;
    this.blockRows = blockRows;
    this.blocks = (capacity + blockRows - 1) / blockRows;
    this.rows = rows;
    this.buffer =
        ByteBuffer.allocate(Integer.BYTES + blockRows * (Short.BYTES + maxRowBytes))
            .order(ByteOrder.LITTLE_ENDIAN);
    this.parts = new int[blocks];
    this.wholeBytes = new int[blocks];
    this.changedBytes = new int[blocks];
  }

  /** The number of parts that it has now. */
  int partCount() {
    return Arrays.stream(parts).sum();
  }

  /**
   * Adds the parts that changed to {@code changes}; empty ones are to be removed.
   *
   * @return the number of rows in them
   */
  int takeChanges(SortedMap<String, Optional<byte[]>> changes) {
    int taken = 0;
    for (int block = 0; block * blockRows < rows.limit(); block++) {
      int filled = fill(block, false);
      if (filled > 0) {
        int size = changedBytes[block] + buffer.position();
        if (parts[block] > 0 && parts[block] <= MAX_CHANGES && size <= wholeBytes[block]) {
          changes.put(name(block, parts[block]++), Optional.of(sealed()));
          changedBytes[block] = size;
        } else {
          filled = fill(block, true);
          putWhole(block, changes);
        }
      }
      taken += filled;
    }
    return taken;
  }

  private void putWhole(int block, SortedMap<String, Optional<byte[]>> changes) {
    for (int part = 1; part < parts[block]; part++) {
      changes.put(name(block, part), Optional.empty());
    }
    changes.put(name(block, 0), Optional.of(sealed()));
    parts[block] = 1;
    wholeBytes[block] = buffer.position();
    changedBytes[block] = 0;
  }

  /** Writes a block's rows into the buffer, all or those that changed; returns their number. */
  private int fill(int block, boolean whole) {
    buffer.clear().position(Integer.BYTES);
    int first = block * blockRows;
    int end = Math.min(rows.limit(), first + blockRows);
    int filled = 0;
    for (int row = first; row < end; row++) {
      boolean exists = rows.isUsed(row);
      if (exists ? whole || rows.isChanged(row) : !whole && rows.isChanged(row)) {
        buffer.putShort((short) (exists ? row - first : row - first | REMOVED));
        if (exists) {
          rows.writeRow(row, buffer);
        }
        filled++;
      }
    }
    return filled;
  }

  private byte[] sealed() {
    byte[] part = Arrays.copyOf(buffer.array(), buffer.position());
    ByteBuffer.wrap(part).order(ByteOrder.LITTLE_ENDIAN).putInt(checksum(part));
    return part;
  }

  /**
   * Restores rows from a part. The parts of a block must come in their order.
   *
   * @param name the part's name after the log's own
   * @throws IllegalArgumentException if it is not a part of this log, or the part before it is
   *     missing
   */
  void restore(String name, byte[] part) {
    int block = name.matches("[0-9]{6}/[0-9]{2}") ? Integer.parseInt(name.substring(0, 6)) : -1;
    require(
        block >= 0 && block < blocks,
        name,
        "is not one of this table: its name must be a block and a part such as 000012/01");
    require(Integer.parseInt(name.substring(7)) == parts[block], name, "lacks the part before it");
    require(part.length >= Integer.BYTES, name, "has fewer than 4 bytes");
    ByteBuffer in = ByteBuffer.wrap(part).order(ByteOrder.LITTLE_ENDIAN);
    require(in.getInt() == checksum(part), name, "does not match its checksum");
    while (in.hasRemaining()) {
      int place = in.getShort() & 0xffff;
      int row = block * blockRows + (place & ~REMOVED);
      require((place & ~REMOVED) < blockRows, name, "has a row that is not in its block");
      if ((place & REMOVED) == 0) {
        rows.readRow(row, in);
      } else {
        rows.clearRow(row);
      }
    }
    if (parts[block]++ == 0) {
      wholeBytes[block] = part.length;
    } else {
      changedBytes[block] += part.length;
    }
  }

  private void require(boolean holds, String part, String fault) {
    if (!holds) {
      throw new IllegalArgumentException(
          "the checkpoint's part " + name + "/" + part + " " + fault);
    }
  }

  private String name(int block, int part) {
    return String.format(Locale.ROOT, "%s/%06d/%02d", name, block, part);
  }

  private static int checksum(byte[] part) {
    var crc = new CRC32C();
    crc.update(part, Integer.BYTES, part.length - Integer.BYTES);
    return (int) crc.getValue();
  }
}
