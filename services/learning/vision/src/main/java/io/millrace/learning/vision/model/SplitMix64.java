package io.millrace.learning.vision.model;

/** Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators", figure 16. */
public final class SplitMix64 {

  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private long state;

  public SplitMix64(long seed) {
    state = seed;
  }

  /** All that the numbers to come depend on. */
  public long state() {
    return state;
  }

  long next() {
    state += GOLDEN;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** A whole number in [0, bound); the bias of a bound far below 2^64 is not worth a loop. */
  public int below(long bound) {
    return Math.toIntExact(Math.multiplyHigh(next() >>> 1, bound << 1));
  }
}
