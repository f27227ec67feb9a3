package io.millrace.console.views;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.console.live.Drift;
import io.millrace.console.live.ModelMemory.Published;
import io.millrace.console.live.ServingMemory.Decided;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.ServingPolicy;
import io.millrace.runtime.records.AvroJson;
import io.millrace.runtime.records.BytesJson;
import io.millrace.schemas.avro.ServingDecision;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Versions, decisions and drifts, as JSON. */
public final class ModelEventJson {

  private static final AvroJson AVRO = new AvroJson(new BytesJson(false));

  private ModelEventJson() {}

  /** A version that was published. */
  static ObjectNode version(Published it) {
    return Json.object()
        .put("model", it.manifest().getModel())
        .put("version", it.manifest().getVersion())
        .put("records", it.manifest().getRecords())
        .put("time", it.time());
  }

  /** A drift. */
  static ObjectNode drift(Drift it) {
    return Json.object()
        .put("model", it.model())
        .put("version", it.version())
        .put("detector", it.detector())
        .put("action", it.action())
        .put("time", it.time());
  }

  /** A decision in short. */
  static ObjectNode serving(Decided it, Optional<ServingPolicy> policy) {
    ServingDecision decision = it.decision();
    return Json.object()
        .put("model", ServingPointer.servingModel(decision))
        .put("version", decision.getVersion())
        .put("previous", decision.getPrevious())
        .put("reason", decision.getReason().name())
        .put("policy", policy.map(ServingPolicy::text).orElse(null))
        .put("by", decision.getBy())
        .put("note", decision.getNote())
        .put("time", it.time());
  }

  /** A decision with all its fields, as {@code models history --json} has it. */
  public static ObjectNode decision(ServingDecision decision, long time) {
    return AVRO.record(decision).put("time", time);
  }

  /** An event beside a line: what happened, as a sentence. */
  static ObjectNode event(Decided it) {
    ServingDecision decision = it.decision();
    String model = ServingPointer.servingModel(decision);
    String reason = decision.getReason().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    String what =
        decision.getVersion() == null
            ? "the newest version of " + model + " answers"
            : "version %d of %s".formatted(decision.getVersion(), model);
    return event("serving", it.time(), model, decision.getVersion(), what + ": " + reason);
  }

  /** An event beside a line. */
  static ObjectNode event(Drift it) {
    String detector = it.detector().isEmpty() ? "" : " by " + it.detector();
    String action = it.action().isEmpty() ? "" : "; the trainer's action: " + it.action();
    return event(
        "drift",
        it.time(),
        it.model(),
        it.version(),
        "drift of %s detected%s%s".formatted(it.model(), detector, action));
  }

  /** An event beside a line. */
  static ObjectNode event(Published it) {
    String model = it.manifest().getModel();
    long version = it.manifest().getVersion();
    return event(
        "version",
        it.time(),
        model,
        version,
        "version %d of %s published".formatted(version, model));
  }

  private static ObjectNode event(
      String type, long time, String model, @Nullable Long version, String text) {
    return Json.object()
        .put("type", type)
        .put("time", time)
        .put("model", model)
        .put("version", version)
        .put("text", text);
  }
}
