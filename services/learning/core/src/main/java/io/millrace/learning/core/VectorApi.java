package io.millrace.learning.core;

/**
 * Whether this JVM has the Vector API (JEP 508), which is there only where it was started with
 * {@code --add-modules jdk.incubator.vector}. Without it no class can be loaded that names its
 * types, so their users keep such code in classes of its own, behind this.
 */
public final class VectorApi {

  private static final boolean PRESENT =
      ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

  private VectorApi() {}

  /** Whether the module {@code jdk.incubator.vector} is there. */
  public static boolean isPresent() {
    return PRESENT;
  }
}
