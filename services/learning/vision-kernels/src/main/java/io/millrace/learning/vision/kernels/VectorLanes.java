package io.millrace.learning.vision.kernels;

import io.millrace.learning.core.VectorApi;
import java.util.Map;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Whether this process has the Vector API, and how many lanes its vectors have. */
public final class VectorLanes {

  /** Channels are padded to a multiple of this: two vectors of the widest kind. */
  static final int BLOCK = 32;

  private VectorLanes() {}

  /** Whether the module jdk.incubator.vector is there; without it, only this class can be used. */
  public static boolean available() {
    return VectorApi.isPresent();
  }

  /** What computes, for a manifest: results depend on the number of lanes. */
  public static Map<String, String> environment() {
    return Map.of(
        "engine", "millrace kernels",
        "engine.kernels", "simd x " + Species.PREFERRED.length(),
        "engine.threads", "1");
  }

  /** The number of channels, rounded up to a multiple of {@link #BLOCK}. */
  static int padded(int channels) {
    return Math.ceilDiv(channels, BLOCK) * BLOCK;
  }

  /** A class of its own, so that {@link #available} works without the module. */
  static final class Species {

    /** The widest of this processor, two of which fit into a block. */
    static final VectorSpecies<Float> PREFERRED =
        2 * FloatVector.SPECIES_PREFERRED.length() <= BLOCK
            ? FloatVector.SPECIES_PREFERRED
            : FloatVector.SPECIES_512;

    private Species() {}
  }
}
