package io.millrace.learning.embedding.kernel;

/**
 * A choice of rows of a table, worked on where they are. Filled up with the table's row of zeros,
 * whose rate is 0, to a multiple of {@link Kernel#PAIR} or {@link Kernel#GROUP}.
 */
public final class RowSelection {

  /** Where each row begins in {@link #values}. */
  public final int[] offsets;

  /** The rate of each row's step. */
  public final float[] rates;

  /** The sum of the squares of the gradient that each row was moved along last. */
  public final float[] squares;

  /** The table's numbers. */
  public float[] values = new float[0];

  /** How many rows are chosen. */
  public int count;

  /** A choice of none, with room for so many. */
  public RowSelection(int capacity) {
    offsets = new int[capacity];
    rates = new float[capacity];
    squares = new float[capacity];
  }
}
