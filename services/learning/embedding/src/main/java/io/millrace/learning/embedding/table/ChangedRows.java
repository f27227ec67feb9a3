package io.millrace.learning.embedding.table;

import java.util.Arrays;

/**
 * The rows of a table that changed. Marking a row is a plain store into its own byte, so that
 * several threads may mark at once; all other methods are for one thread while no other marks.
 */
public final class ChangedRows {

  private boolean[] marks = new boolean[0];

  /** Makes room for {@code rows} rows. */
  public void reserve(int rows) {
    if (rows > marks.length) {
      marks = Arrays.copyOf(marks, rows);
    }
  }

  public void mark(int row) {
    marks[row] = true;
  }

  public void markAll() {
    Arrays.fill(marks, true);
  }

  public boolean isMarked(int row) {
    return row < marks.length && marks[row];
  }

  public void clear() {
    Arrays.fill(marks, false);
  }
}
