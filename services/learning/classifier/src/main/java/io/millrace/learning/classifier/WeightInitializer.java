package io.millrace.learning.classifier;

/**
 * First weights that depend on the seed and on what they are for, never on when it came: SplitMix64
 * (Steele, Lea and Flood 2014) begun anew for each name.
 */
final class WeightInitializer {

  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private WeightInitializer() {}

  /** So many even random numbers in ±bound. */
  static float[] uniform(long seed, String name, int length, double bound) {
    long state = mix(seed ^ hash(name));
    float[] values = new float[length];
    for (int k = 0; k < length; k++) {
      state += GOLDEN_GAMMA;
      double unit = (mix(state) >>> 11) * 0x1.0p-53;
      values[k] = (float) ((2 * unit - 1) * bound);
    }
    return values;
  }

  private static long mix(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** FNV-1a over the UTF-16 units. */
  private static long hash(String name) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * FNV_PRIME;
    }
    return hash;
  }
}
