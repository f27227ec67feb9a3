package io.millrace.runtime.records;

/**
 * What a control record tells the trainers of its topic: end your batch here, learn on from what
 * you keep, and perhaps end your step.
 *
 * @param cut the place of the marker in time: of two markers of a topic, the later has the larger
 *     number. It is the sum of the next offsets of all partitions when the marker was written, so
 *     equal numbers mean that nothing lies between. {@link #UNNUMBERED} in markers of earlier
 *     builds
 * @param updates optimizer updates to make from what the trainer keeps, 0 to {@link #MAX_UPDATES}
 * @param closesStep whether the step ends here
 */
public record StepMarker(long cut, int updates, boolean closesStep) {

  /** A marker that has no number. */
  public static final long UNNUMBERED = Long.MAX_VALUE;

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
}
