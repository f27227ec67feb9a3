package io.millrace.cli.demo.monitor;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;

/**
 * Accuracy over a window of the last predictions, recorded four times per window. Not thread-safe.
 */
final class MovingAccuracy {

  private static final int POINTS_PER_WINDOW = 4;

  private final int window;
  private final BitSet correctSlots = new BitSet();
  private final List<AccuracyPoint> curve = new ArrayList<>();
  private long count;
  private long skipped;
  private int correctCount;

  /**
   * Creates one without predictions.
   *
   * @param window the number of predictions in the window, at least 4
   */
  MovingAccuracy(int window) {
    if (window < POINTS_PER_WINDOW) {
      throw new IllegalArgumentException("window must be >= 4, was " + window);
    }
    this.window = window;
  }

  /** Adds the next prediction: whether it was correct. */
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
    if (count % (window / POINTS_PER_WINDOW) == 0) {
      curve.add(
          new AccuracyPoint(count + skipped, (double) correctCount / Math.min(count, window)));
    }
  }

  /** Counts a record whose prediction was neither correct nor wrong. */
  void skip() {
    skipped++;
  }

  /** The accuracy after each quarter of a window. */
  List<AccuracyPoint> curve() {
    return Collections.unmodifiableList(curve);
  }
}
