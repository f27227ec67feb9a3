package io.millrace.learning.classifier;

import io.millrace.learning.core.Fnv1a;
import io.millrace.learning.core.SplitMix64;

/**
 * Draws the first weights of a term or class. They depend on the seed and the name alone, not on
 * when the name was first seen: each name has a {@link SplitMix64} generator of its own.
 */
final class WeightInitializer {

  private WeightInitializer() {}

  /** Draws weights that are uniform in ±bound: {@code float[length]}. */
  static float[] uniform(long seed, String name, int length, double bound) {
    var random = new SplitMix64(SplitMix64.mix(seed ^ Fnv1a.hash(name)));
    float[] values = new float[length];
    for (int k = 0; k < length; k++) {
      values[k] = (float) ((2 * random.nextDouble() - 1) * bound);
    }
    return values;
  }
}
