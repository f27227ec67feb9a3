package io.millrace.learning.embedding.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.zip.CRC32C;

/**
 * A table as parts of a checkpoint, of which a step writes only what changed. Rows are grouped into
 * blocks, and each block is a small log: a part with all its rows, numbered 0, then parts with the
 * rows that changed since, numbered on. Once these would outgrow the first, or are too many, the
 * block is written whole again and they are removed. So what is written is at most about twice what
 * changed, and what is kept at most twice the table.
 *
 * <p>A part is the CRC-32C of the rest, then for each row its place in the block, two bytes, of
 * which the highest bit says that it is empty now, and what the table writes of it; all
 * little-endian. Not thread-safe.
 */
final class BlockLog {

  /** What a log is kept of. */
  interface RowStore {
    /** One more than the highest row that may ever have been used. */
    int limit();

    /** Whether a row has something to be written. */
    boolean isUsed(int row);

    /** Whether a row has changed, or became empty, since the last call. */
    boolean isChanged(int row);

    /** Writes a row that exists. */
    void writeRow(int row, ByteBuffer out);

    /** Takes a row from what was written; a later one of the same row wins. */
    void readRow(int row, ByteBuffer in);

    /** Makes a row empty. */
    void clearRow(int row);
  }

  /** Parts with changes that a block has at most. */
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
   * A log of which nothing is written yet.
   *
   * @param name stands before the names of its parts
   * @param capacity the most rows
   * @param blockRows rows in a block, at most 32,768
   * @param maxRowBytes the most that the table writes of a row
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

  /** The parts that it has now. */
  int partCount() {
    return Arrays.stream(parts).sum();
  }

  /**
   * Adds the parts that changed; empty ones are to be removed.
   *
   * @return how many rows they hold
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

  /** Writes a block's rows into the buffer, all or those that changed; tells how many. */
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
   * Takes rows from a part that was written. Parts of a block come in their order.
   *
   * @param name what follows the log's own name
   * @throws IllegalArgumentException if it is not such a part, or an earlier one is missing
   */
  void restore(String name, byte[] part) {
    int block = name.matches("[0-9]{6}/[0-9]{2}") ? Integer.parseInt(name.substring(0, 6)) : -1;
    require(block >= 0 && block < blocks, name, "is no part of this table");
    require(Integer.parseInt(name.substring(7)) == parts[block], name, "follows one that is gone");
    require(part.length >= Integer.BYTES, name, "is too short");
    ByteBuffer in = ByteBuffer.wrap(part).order(ByteOrder.LITTLE_ENDIAN);
    require(in.getInt() == checksum(part), name, "does not match its checksum");
    while (in.hasRemaining()) {
      int place = in.getShort() & 0xffff;
      int row = block * blockRows + (place & ~REMOVED);
      require((place & ~REMOVED) < blockRows, name, "has a row of another block");
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
      throw new IllegalArgumentException("the part " + name + "/" + part + " " + fault);
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
