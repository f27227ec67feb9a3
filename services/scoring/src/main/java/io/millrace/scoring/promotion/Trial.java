package io.millrace.scoring.promotion;

import java.util.TreeMap;

/**
 * The trials of one challenger, one after the other, of which the last is under way. A trial is
 * made of windows in their order:
 *
 * <ol>
 *   <li>A window that begins after all seen so far opens a new trial, if the one under way has
 *       enough pairs; else it joins that.
 *   <li>Whatever is said later of a window changes the trial of that window while it is under way.
 *       Afterwards it changes nothing.
 * </ol>
 *
 * <p>So no pair counts twice, and which trial a pair counts for is settled before it is known who
 * was right. It depends on the comparisons and their order alone.
 */
final class Trial {

  private final long length;
  private final TreeMap<Long, PairCounts> windows = new TreeMap<>();
  private PairCounts counts = PairCounts.NONE;
  private int number = 1;
  private long ended;

  /** The first window of the trial under way; all before belong to earlier ones. */
  private long from = Long.MIN_VALUE;

  /**
   * Nothing was compared yet.
   *
   * @param length pairs of a trial
   */
  Trial(long length) {
    this.length = length;
  }

  /** Takes what is now known of a window, in place of what was. */
  void accept(long windowStart, PairCounts now) {
    if (windowStart < from) {
      return;
    }
    if (counts.pairs() >= length && windowStart > windows.lastKey()) {
      number++;
      ended += counts.pairs();
      counts = PairCounts.NONE;
      from = windowStart;
      windows.clear();
    }
    PairCounts before = windows.put(windowStart, now);
    counts = counts.plus(now).minus(before == null ? PairCounts.NONE : before);
  }

  /** Which trial is under way; the first is 1. */
  int number() {
    return number;
  }

  /** The pairs of the trial under way. */
  PairCounts counts() {
    return counts;
  }

  /** The pairs of all trials. */
  long pairs() {
    return ended + counts.pairs();
  }
}
