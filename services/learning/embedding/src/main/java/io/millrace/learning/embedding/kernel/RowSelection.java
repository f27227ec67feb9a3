package io.millrace.learning.embedding.kernel;

/**
 * Selected rows of a table, which a kernel reads and moves where they are. Padded with the table's
 * row of zeros, whose rate is 0, to a multiple of {@link Kernel#PAIR} or {@link Kernel#GROUP}.
 */
public final class RowSelection {

  /** Where each row begins in {@link #values}. */
  public final int[] offsets;

  /** The learning rate of each row's update. */
  public final float[] rates;

  /** The sum of squares of the gradient that each row was last moved along. */
  public final float[] squares;

  /** The table's numbers. */
  public float[] values = new float[0];

  /** The number of selected rows. */
  public int count;

  /** An empty selection with room for {@code capacity} rows. */
  public RowSelection(int capacity) {
    offsets = new int[capacity];
    rates = new float[capacity];
    squares = new float[capacity];
  }
}
