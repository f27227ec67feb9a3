package io.millrace.runtime.training;

import java.util.Map;
import java.util.TreeMap;
import jdk.incubator.vector.FloatVector;

/** What of this process bears on the bytes of a model, for its manifest. */
final class ComputeEnvironment {

  private ComputeEnvironment() {}

  /** Build, instruction set and lane count, with what the engine adds. */
  static Map<String, String> describe(Map<String, String> engine) {
    Map<String, String> facts = new TreeMap<>(engine);
    String build = ComputeEnvironment.class.getPackage().getImplementationVersion();
    facts.put("build", build == null ? "development" : build);
    facts.put("java", Integer.toString(Runtime.version().feature()));
    facts.put("architecture", System.getProperty("os.arch"));
    facts.put("lanes", Integer.toString(FloatVector.SPECIES_PREFERRED.length()));
    return facts;
  }
}
