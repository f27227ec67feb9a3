package io.millrace.learning.embedding.checkpoint;

import io.millrace.learning.embedding.table.EmbeddingTable;
import io.millrace.learning.embedding.vocabulary.WordVocabulary;
import java.nio.ByteBuffer;

/**
 * The context vectors as rows of a checkpoint: the accumulator, the number of updates, then the
 * vector, all as floats.
 */
final class ContextVectorRows implements BlockLog.RowStore {

  private final WordVocabulary vocabulary;
  private final EmbeddingTable table;

  ContextVectorRows(WordVocabulary vocabulary, EmbeddingTable table) {
    this.vocabulary = vocabulary;
    this.table = table;
  }

  /** The most bytes of a row. */
  static int maxBytes(int dimensions) {
    return (2 + dimensions) * Float.BYTES;
  }

  @Override
  public int limit() {
    return vocabulary.rowLimit();
  }

  @Override
  public boolean isUsed(int row) {
    return vocabulary.isRowUsed(row);
  }

  @Override
  public boolean isChanged(int row) {
    return table.changed().isMarked(row);
  }

  @Override
  public void writeRow(int row, ByteBuffer out) {
    out.putFloat(table.accumulatorAt(row)).putFloat(table.updatesAt(row));
    table.write(row, out);
  }

  @Override
  public void readRow(int row, ByteBuffer in) {
    table.read(row, in.getFloat(), in.getFloat(), in);
  }

  @Override
  public void clearRow(int row) {
    table.clear(row);
  }
}
