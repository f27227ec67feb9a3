package io.millrace.runtime.records;

import io.millrace.schemas.avro.ModelManifest;
import java.util.Map;

/**
 * A model version, as spans name it. Its context follows from its name and bytes: whoever answers
 * with the version links to the step that made it, and no header has to say where that is.
 *
 * @param model the model's name
 * @param version the version's number
 * @param sha256 of the model's bytes: after a reset there is another version of that number
 */
public record TracedVersion(String model, long version, String sha256) {

  /** The version of a manifest. */
  public static TracedVersion of(ModelManifest manifest) {
    return new TracedVersion(manifest.getModel(), manifest.getVersion(), manifest.getSha256());
  }

  /** The span of the step that made it, the first of a trace of its own. */
  TraceContext step() {
    return TraceContext.root("learn/" + model + "/" + version + "/" + sha256);
  }

  /** The span that sent it. */
  public TraceContext context() {
    return step().child("send");
  }

  void describe(Map<String, Object> attributes) {
    attributes.put("millrace.model", model);
    attributes.put("millrace.version", version);
  }
}
