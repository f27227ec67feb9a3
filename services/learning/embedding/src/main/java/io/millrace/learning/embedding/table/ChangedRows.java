package io.millrace.learning.embedding.table;

import java.util.Arrays;

/**
 * Which rows of a table changed. Marking one is a plain store of its own byte, so that several
 * threads may mark at once; all else is for one thread while no other marks.
 */
public final class ChangedRows {

  private boolean[] marks = new boolean[0];

  /** Makes place for so many rows. */
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
