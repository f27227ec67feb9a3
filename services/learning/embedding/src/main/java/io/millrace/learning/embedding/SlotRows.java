package io.millrace.learning.embedding;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The slots of a vocabulary as rows of a checkpoint: the word's length and UTF-16 units, its count,
 * its row or -1, and where that stands in its class of the noise distribution, or -1.
 */
final class SlotRows implements BlockLog.Rows {

  /** The most bytes of a slot. */
  static final int MAX_BYTES =
      1 + Vocabulary.MAX_WORD_LENGTH * Character.BYTES + Long.BYTES + 2 * Integer.BYTES;

  private final Vocabulary vocabulary;
  private final int[] positions;

  SlotRows(Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    this.positions = new int[vocabulary.capacity()];
    Arrays.fill(positions, -1);
  }

  /** Where the restored slots stand in the noise distribution. */
  int[] positions() {
    return positions;
  }

  @Override
  public int limit() {
    return vocabulary.capacity();
  }

  @Override
  public boolean exists(int slot) {
    return vocabulary.slotIsUsed(slot);
  }

  @Override
  public boolean changed(int slot) {
    return vocabulary.changedSlots().isMarked(slot);
  }

  @Override
  public void write(int slot, ByteBuffer out) {
    String word = vocabulary.wordIn(slot);
    int row = vocabulary.rowIn(slot);
    out.put((byte) word.length());
    for (int i = 0; i < word.length(); i++) {
      out.putChar(word.charAt(i));
    }
    out.putLong(vocabulary.countIn(slot)).putInt(row);
    out.putInt(row < 0 ? -1 : vocabulary.noise().position(row));
  }

  @Override
  public void read(int slot, ByteBuffer in) {
    char[] word = new char[in.get() & 0xff];
    for (int i = 0; i < word.length; i++) {
      word[i] = in.getChar();
    }
    vocabulary.set(slot, new String(word), in.getLong(), in.getInt());
    positions[slot] = in.getInt();
  }

  @Override
  public void clear(int slot) {
    vocabulary.unset(slot);
    positions[slot] = -1;
  }
}
