package io.millrace.learning.embedding;

import java.nio.ByteBuffer;

/**
 * A table of vectors as rows of a checkpoint: the accumulator, the number of steps, then the
 * numbers, all as floats.
 */
final class VectorRows implements BlockLog.Rows {

  private final Vocabulary vocabulary;
  private final RowTable table;

  VectorRows(Vocabulary vocabulary, RowTable table) {
    this.vocabulary = vocabulary;
    this.table = table;
  }

  /** The most bytes of a row. */
  static int maxBytes(SkipGramConfig config) {
    return (2 + config.dimensions()) * Float.BYTES;
  }

  @Override
  public int limit() {
    return vocabulary.rowLimit();
  }

  @Override
  public boolean exists(int row) {
    return vocabulary.owned(row);
  }

  @Override
  public boolean changed(int row) {
    return table.changed().isMarked(row);
  }

  @Override
  public void write(int row, ByteBuffer out) {
    out.putFloat(table.squareAt(row)).putFloat(table.stepsAt(row));
    table.write(row, out);
  }

  @Override
  public void read(int row, ByteBuffer in) {
    table.read(row, in.getFloat(), in.getFloat(), in);
  }

  @Override
  public void clear(int row) {
    table.clear(row);
  }
}
