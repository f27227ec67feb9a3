package io.millrace.learning.embedding;

/**
 * A generator of random numbers whose whole state is one number, so that it can be written down and
 * continued: SplitMix64 (Steele, Lea and Flood 2014, "Fast Splittable Pseudorandom Number
 * Generators"). Not thread-safe.
 */
public final class SplitMix64 {

  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  public SplitMix64(long state) {
    this.state = state;
  }

  /** What continues the sequence when given to the constructor. */
  long state() {
    return state;
  }

  /** 64 random bits. */
  public long nextLong() {
    state += GOLDEN_GAMMA;
    return mix(state);
  }

  /** A number from 0 to below a positive bound; the bias is under bound / 2^64. */
  public long nextBelow(long bound) {
    return Math.unsignedMultiplyHigh(nextLong(), bound);
  }

  /** A number in [0, 1), a multiple of 2^-53. */
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** Spreads the bits of a number over all 64. */
  public static long mix(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
