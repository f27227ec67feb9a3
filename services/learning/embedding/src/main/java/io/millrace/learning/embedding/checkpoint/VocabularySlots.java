package io.millrace.learning.embedding.checkpoint;

import io.millrace.learning.embedding.vocabulary.WordVocabulary;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The slots of a vocabulary as rows of a checkpoint: the word's length and UTF-16 units, its count,
 * its row or -1, and the row's position in its class of the noise distribution, or -1.
 */
final class VocabularySlots implements BlockLog.RowStore {

  /** The most bytes of a slot. */
  static final int MAX_BYTES =
      1 + WordVocabulary.MAX_WORD_LENGTH * Character.BYTES + Long.BYTES + 2 * Integer.BYTES;

  private final WordVocabulary vocabulary;
  private final int[] positions;

  VocabularySlots(WordVocabulary vocabulary) {
    this.vocabulary = vocabulary;
    this.positions = new int[vocabulary.capacity()];
    Arrays.fill(positions, -1);
  }

  /** The positions of the restored slots in the noise distribution. */
  int[] positions() {
    return positions;
  }

  @Override
  public int limit() {
    return vocabulary.capacity();
  }

  @Override
  public boolean isUsed(int slot) {
    return vocabulary.isSlotUsed(slot);
  }

  @Override
  public boolean isChanged(int slot) {
    return vocabulary.changedSlots().isMarked(slot);
  }

  @Override
  public void writeRow(int slot, ByteBuffer out) {
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
  public void readRow(int slot, ByteBuffer in) {
    char[] word = new char[in.get() & 0xff];
    for (int i = 0; i < word.length; i++) {
      word[i] = in.getChar();
    }
    vocabulary.restoreSlot(slot, new String(word), in.getLong(), in.getInt());
    positions[slot] = in.getInt();
  }

  @Override
  public void clearRow(int slot) {
    vocabulary.clearSlot(slot);
    positions[slot] = -1;
  }
}
