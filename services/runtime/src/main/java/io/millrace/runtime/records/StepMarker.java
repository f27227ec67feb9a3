package io.millrace.runtime.records;

/**
 * What a control record tells the trainers of its topic: end your batch here, learn on from what
 * you keep, and perhaps end your step.
 *
 * @param cut the place of the marker in time: of two markers of a topic, the later has the larger
 *     number, see {@link #next}. {@link #UNNUMBERED} in markers of earlier builds
 * @param updates optimizer updates to make from what the trainer keeps, 0 to {@link #MAX_UPDATES}
 * @param closesStep whether the step ends here
 */
public record StepMarker(long cut, int updates, boolean closesStep) {

  /** A marker that has no number. */
  public static final long UNNUMBERED = Long.MAX_VALUE;

  /** The largest number; nobody writes so much, but a stray marker may claim it. */
  static final long MAX_CUT = 999_999_999_999_999_999L;

  /** The most updates that one marker can ask for. */
  public static final int MAX_UPDATES = 100_000;

  public StepMarker {
    if (cut < 0) {
      throw new IllegalArgumentException("cut must be >= 0, was " + cut);
    }
    if (updates < 0 || updates > MAX_UPDATES) {
      throw new IllegalArgumentException(
          "updates must be in [0, %d], was %d".formatted(MAX_UPDATES, updates));
    }
  }

  /**
   * The number of a new marker: the sum of the next offsets of all partitions, so that equal
   * numbers mean that nothing lies between. A copy of a log has other offsets and the markers of
   * the original, whose numbers may be larger; there it is the one after the last cut. Where a
   * stray marker has used up the numbers, the marker has none.
   *
   * @param offsets the sum of the next offsets
   * @param lastCut the number of the last cut; -1 if there was none
   */
  public static long next(long offsets, long lastCut) {
    long next = Math.max(offsets, lastCut + 1);
    return next > MAX_CUT ? UNNUMBERED : next;
  }
}
