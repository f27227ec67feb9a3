package org.nd4j.nativeblas;

/**
 * What Deeplearning4j 1.0.0-M2.1 asks by this name whether oneDNN may be used. The class moved to
 * another package in that release; where the question finds nothing, the layers fall back silently
 * to kernels that are five times slower.
 */
@SuppressWarnings("TypeName") // The name is Deeplearning4j's.
public final class Nd4jCpu$Environment {

  private static final Nd4jCpu$Environment INSTANCE = new Nd4jCpu$Environment();

  private Nd4jCpu$Environment() {}

  /** Called by reflection. */
  public static Nd4jCpu$Environment getInstance() {
    return INSTANCE;
  }

  /** Called by reflection. */
  public boolean isUseMKLDNN() {
    return true;
  }
}
