package io.millrace.learning.classifier;

import java.util.Arrays;

/**
 * The gradients of the rows that a batch uses, summed in the order in which they are added. Reused
 * for every batch; a batch costs what its rows cost. Not thread-safe.
 */
final class RowGradients {

  private static final int NONE = -1;

  private final int width;
  private int[] places = new int[0];
  private int[] touched = new int[0];
  private int size;
  private float[] sums = new float[0];

  RowGradients(int width) {
    this.width = width;
  }

  /** Adds scale · gradient to the gradient of a row. */
  void add(int row, float scale, float[] gradient) {
    int at = place(row) * width; // before sums is read, which may grow
    ForwardPass.addScaled(sums, at, scale, gradient, 0, width);
  }

  private int place(int row) {
    if (row >= places.length) {
      int known = places.length;
      places = Arrays.copyOf(places, Math.max(row + 1, known * 2));
      Arrays.fill(places, known, places.length, NONE);
    }
    if (places[row] == NONE) {
      if (size == touched.length) {
        touched = Arrays.copyOf(touched, Math.max(16, size * 2));
        sums = Arrays.copyOf(sums, touched.length * width);
      }
      Arrays.fill(sums, size * width, (size + 1) * width, 0f);
      touched[size] = row;
      places[row] = size++;
    }
    return places[row];
  }

  /** Updates every row that has a gradient, and clears all gradients. */
  void applyTo(ParameterRows parameters) {
    for (int i = 0; i < size; i++) {
      parameters.update(touched[i], sums, i * width);
      places[touched[i]] = NONE;
    }
    size = 0;
  }
}
