package io.millrace.learning.core;

/**
 * The random number generator SplitMix64 (Steele, Lea and Flood 2014, "Fast Splittable Pseudorandom
 * Number Generators", figure 16). Its whole state is one number, so that a checkpoint can hold it
 * and a restored learner continues the sequence. Not thread-safe.
 */
public final class SplitMix64 {

  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  /** A generator that starts at a seed, or continues from an earlier {@link #state}. */
  public SplitMix64(long state) {
    this.state = state;
  }

  /** The state: given to the constructor, it continues the sequence. */
  public long state() {
    return state;
  }

  /** Returns 64 random bits. */
  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** Returns a number in [0, bound), for a positive bound; the bias is below bound / 2^64. */
  public long nextBelow(long bound) {
    return Math.unsignedMultiplyHigh(nextLong(), bound);
  }

  /** Returns a number in [0, bound), for a positive bound; the bias is below bound / 2^64. */
  public int nextBelow(int bound) {
    return (int) nextBelow((long) bound);
  }

  /** Returns a number in [0, 1), a multiple of 2^-53. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** The generator's finalizer: spreads the bits of a number over all 64. */
  public static long mix(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
