package io.millrace.learning.embedding.checkpoint;

import io.millrace.learning.embedding.table.EmbeddingTable;
import io.millrace.learning.embedding.vocabulary.WordVocabulary;
import java.nio.ByteBuffer;

/**
 * The context vectors as rows of a checkpoint: the accumulator, the number of updates, then the
 * vector, all as floats.
 */
final class ContextVectorRows extends VectorRows {

  ContextVectorRows(WordVocabulary vocabulary, EmbeddingTable table) {
    super(vocabulary, table);
  }

  /** The most bytes of a row. */
  static int maxBytes(int dimensions) {
    return (2 + dimensions) * Float.BYTES;
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
}
