package io.millrace.learning.embedding;

import java.util.Arrays;

/**
 * Which rows of a table changed. Marking one is a plain store of its own byte, so that several
 * threads may mark at once; all else is for one thread while no other marks.
 */
final class ChangedRows {

  private boolean[] marks = new boolean[0];

  /** Makes place for so many rows. */
  void reserve(int rows) {
    if (rows > marks.length) {
      marks = Arrays.copyOf(marks, rows);
    }
  }

  void mark(int row) {
    marks[row] = true;
  }

  void markAll() {
    Arrays.fill(marks, true);
  }

  boolean isMarked(int row) {
    return row < marks.length && marks[row];
  }

  void clear() {
    Arrays.fill(marks, false);
  }
}
