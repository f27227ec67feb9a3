package io.millrace.learning.embedding.checkpoint;

import io.millrace.learning.embedding.table.EmbeddingTable;
import io.millrace.learning.embedding.vocabulary.WordVocabulary;
import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * The input vectors as rows of a checkpoint: the accumulator, the number of updates, the version
 * that last published the word with the checksum of that vector, and the vector itself only where
 * it has moved since.
 */
final class InputVectorRows extends VectorRows {

  /** Where a row's vector is: in the checkpoint, since it was never published. */
  private static final byte NEW = 0;

  /** On the topic of published vectors. */
  private static final byte AS_PUBLISHED = 1;

  /** In the checkpoint, since it moved after it was published. */
  private static final byte MOVED_SINCE = 2;

  private final PublishedRows published;
  private final BitSet missing = new BitSet();

  InputVectorRows(WordVocabulary vocabulary, EmbeddingTable table, PublishedRows published) {
    super(vocabulary, table);
    this.published = published;
  }

  /** The most bytes of a row. */
  static int maxBytes(int dimensions) {
    return 2 * Float.BYTES + 1 + Long.BYTES + Integer.BYTES + dimensions * Float.BYTES;
  }

  /** Restored rows whose vector must be read from the published ones. */
  BitSet missing() {
    return missing;
  }

  @Override
  public void writeRow(int row, ByteBuffer out) {
    out.putFloat(table.accumulatorAt(row)).putFloat(table.updatesAt(row));
    boolean isNew = published.version(row) == PublishedRows.NEVER;
    boolean current = !isNew && published.isCurrent(row, table.vector(row));
    out.put(isNew ? NEW : current ? AS_PUBLISHED : MOVED_SINCE);
    if (!isNew) {
      out.putLong(published.version(row)).putInt(published.checksum(row));
    }
    if (!current) {
      table.write(row, out);
    }
  }

  @Override
  public void readRow(int row, ByteBuffer in) {
    float square = in.getFloat();
    float updates = in.getFloat();
    byte kind = in.get();
    published.forget(row);
    if (kind != NEW) {
      published.expect(row, in.getLong(), in.getInt());
    }
    missing.set(row, kind == AS_PUBLISHED);
    if (kind == AS_PUBLISHED) {
      table.clear(row);
      table.setAccumulator(row, square, updates);
    } else {
      table.read(row, square, updates, in);
    }
  }

  @Override
  public void clearRow(int row) {
    super.clearRow(row);
    published.forget(row);
    missing.clear(row);
  }
}
