package io.millrace.cli.demo;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;

/** Accuracy over the last so many answers, noted at even distances. Not thread-safe. */
final class MovingAccuracy {

  private static final int POINTS_A_WINDOW = 4;

  private final int window;
  private final BitSet right = new BitSet();
  private final List<CurvePoint> curve = new ArrayList<>();
  private long count;
  private int rightNow;

  /**
   * Of nothing yet.
   *
   * @param window answers that count, at least 4
   */
  MovingAccuracy(int window) {
    if (window < POINTS_A_WINDOW) {
      throw new IllegalArgumentException("window must be >= 4, was " + window);
    }
    this.window = window;
  }

  /** Takes the next answer: whether it was right. */
  void add(boolean correct) {
    int slot = (int) (count % window);
    if (count >= window && right.get(slot)) {
      rightNow--;
    }
    right.set(slot, correct);
    if (correct) {
      rightNow++;
    }
    count++;
    if (count % (window / POINTS_A_WINDOW) == 0) {
      curve.add(new CurvePoint(count, (double) rightNow / Math.min(count, window)));
    }
  }

  /** The accuracy at every quarter of a window. */
  List<CurvePoint> curve() {
    return Collections.unmodifiableList(curve);
  }
}
