package io.millrace.learning.embedding.checkpoint;

import io.millrace.learning.embedding.table.EmbeddingTable;
import io.millrace.learning.embedding.vocabulary.WordVocabulary;

/** A table of vectors as rows of a checkpoint, as far as both tables are written alike. */
abstract class VectorRows implements BlockLog.RowStore {

  final WordVocabulary vocabulary;
  final EmbeddingTable table;

  VectorRows(WordVocabulary vocabulary, EmbeddingTable table) {
    this.vocabulary = vocabulary;
    this.table = table;
  }

  @Override
  public final int limit() {
    return vocabulary.rowLimit();
  }

  @Override
  public final boolean isUsed(int row) {
    return vocabulary.isRowUsed(row);
  }

  @Override
  public final boolean isChanged(int row) {
    return table.changed().isMarked(row);
  }

  @Override
  public void clearRow(int row) {
    table.clear(row);
  }
}
