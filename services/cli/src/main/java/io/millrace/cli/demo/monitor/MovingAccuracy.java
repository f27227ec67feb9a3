package io.millrace.cli.demo.monitor;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;

/** Accuracy over the last so many answers, noted at even distances. Not thread-safe. */
final class MovingAccuracy {

  private static final int POINTS_A_WINDOW = 4;

  private final int window;
  private final BitSet correctSlots = new BitSet();
  private final List<AccuracyPoint> curve = new ArrayList<>();
  private long count;
  private int correctCount;

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
    if (count >= window && correctSlots.get(slot)) {
      correctCount--;
    }
    correctSlots.set(slot, correct);
    if (correct) {
      correctCount++;
    }
    count++;
    if (count % (window / POINTS_A_WINDOW) == 0) {
      curve.add(new AccuracyPoint(count, (double) correctCount / Math.min(count, window)));
    }
  }

  /** The accuracy at every quarter of a window. */
  List<AccuracyPoint> curve() {
    return Collections.unmodifiableList(curve);
  }
}
