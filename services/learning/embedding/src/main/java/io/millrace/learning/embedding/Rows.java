package io.millrace.learning.embedding;

/**
 * A choice of rows of a table, worked on where they are. Filled up with the table's row of zeros,
 * whose rate is 0, to a multiple of {@link Kernel#PAIR} or {@link Kernel#GROUP}.
 */
final class Rows {

  /** Where each row begins in {@link #values}. */
  final int[] at;

  /** The rate of each row's step. */
  final float[] rates;

  /** The sum of the squares of the gradient that each row was moved along last. */
  final float[] squares;

  /** The table's numbers. */
  float[] values = new float[0];

  /** How many rows are chosen. */
  int count;

  /** A choice of none, with room for so many. */
  Rows(int capacity) {
    at = new int[capacity];
    rates = new float[capacity];
    squares = new float[capacity];
  }
}
