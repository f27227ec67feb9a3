package io.millrace.runtime.training;

import java.util.Map;
import java.util.TreeMap;
import jdk.incubator.vector.FloatVector;

/** The properties of this process that a model's bytes depend on, for its manifest. */
final class ComputeEnvironment {

  private ComputeEnvironment() {}

  /** Build, Java version, architecture and vector lanes, with the engine's own properties. */
  static Map<String, String> describe(Map<String, String> engine) {
    Map<String, String> facts = new TreeMap<>(engine);
    String build = ComputeEnvironment.class.getPackage().getImplementationVersion();
    facts.put("build", build == null ? "development" : build);
    facts.put("java", Integer.toString(Runtime.version().feature()));
    facts.put("architecture", System.getProperty("os.arch"));
    facts.put("lanes", Integer.toString(lanes()));
    return facts;
  }

  /** The lanes of a vector of floats; 1 in a JVM without the Vector API. */
  private static int lanes() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
        ? Lanes.preferred()
        : 1;
  }

  /** A class of its own, which is not loaded where the JVM does not have the Vector API. */
  private static final class Lanes {

    private Lanes() {}

    static int preferred() {
      return FloatVector.SPECIES_PREFERRED.length();
    }
  }
}
