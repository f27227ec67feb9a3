package io.millrace.learning.vision.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Whether this process has the Vector API, and how many lanes its vectors have. */
public final class VectorLanes {

  /** Channels are padded to a multiple of this: two vectors of the widest kind. */
  static final int BLOCK = 32;

  private VectorLanes() {}

  /** Whether the module jdk.incubator.vector is there; without it, only this class can be used. */
  public static boolean available() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  /** The number of lanes, for a manifest. */
  public static int count() {
    return Species.PREFERRED.length();
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
