package io.millrace.console.models;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.console.live.LiveTopics;
import io.millrace.console.live.ModelMemory.Published;
import io.millrace.console.views.EvaluationJson;
import io.millrace.console.views.Json;
import io.millrace.runtime.administration.ServingDecisions;
import io.millrace.runtime.administration.ServingRules;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.ServingPolicy;
import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.ServingReason;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Models and versions as JSON. */
final class ModelJson {

  private static final int SHOWN = 50;

  private static final Set<ServingReason> BY_PEOPLE =
      EnumSet.of(ServingReason.PROMOTED, ServingReason.ROLLED_BACK, ServingReason.HELD);

  private final Settings settings;
  private final ServingRules served;
  private final LiveTopics live;

  ModelJson(Settings settings, ServingRules served, LiveTopics live) {
    this.settings = settings;
    this.served = served;
    this.live = live;
  }

  /** All models, each with its newest versions, the newest first. */
  ObjectNode all() {
    ObjectNode answer = Json.object();
    ArrayNode models = answer.putArray("models");
    live.models().models().forEach(model -> models.add(model(model)));
    return answer;
  }

  private ObjectNode model(String model) {
    String kind = ModelName.kindOf(model);
    Optional<ServingPointer> pointer = live.models().pointer(kind);
    Optional<ServingPolicy> policy = served.policy(settings, kind);
    Optional<VersionId> answers =
        ServingDecisions.answers(settings, served, kind, pointer, live.models()::newest);
    boolean pinned =
        policy.isPresent()
            && policy.get() != ServingPolicy.NEWEST
            && pointer.flatMap(ServingPointer::version).isPresent();
    ObjectNode object =
        Json.object()
            .put("model", model)
            .put("kind", kind)
            .put("policy", policy.map(ServingPolicy::text).orElse(null));
    put(object, "serving", answers);
    put(object, "previous", pinned ? pointer.flatMap(ServingPointer::previous) : Optional.empty());
    object.put("held", pinned && BY_PEOPLE.contains(pointer.orElseThrow().decision().getReason()));
    object.put(
        "drifted", pinned && pointer.orElseThrow().decision().getReason() == ServingReason.DRIFT);
    object.put("newest", live.models().newest(model).orElse(null));
    ArrayNode versions = object.putArray("versions");
    live.models().versions(model, SHOWN).forEach(it -> versions.add(version(it)));
    return object;
  }

  private static void put(ObjectNode object, String name, Optional<VersionId> version) {
    if (version.isEmpty()) {
      object.putNull(name);
    } else {
      object
          .putObject(name)
          .put("model", version.get().model())
          .put("version", version.get().number());
    }
  }

  private ObjectNode version(Published it) {
    ModelManifest manifest = it.manifest();
    ObjectNode object =
        Json.object()
            .put("version", manifest.getVersion())
            .put("time", it.time())
            .put("records", manifest.getRecords());
    putAccuracy(object, manifest);
    return object.put(
        "servable", live.models().isServable(manifest.getModel(), manifest.getVersion()));
  }

  private void putAccuracy(ObjectNode object, ModelManifest manifest) {
    var judged = live.evaluations().of(manifest.getModel(), manifest.getVersion());
    long labels = judged.map(found -> found.labels()).orElse(0L);
    EvaluationJson.accuracy(object, judged.map(found -> found.correct()).orElse(0L), labels);
    object.put("labels", labels);
  }

  /** Two versions, and the settings in which they differ. */
  ObjectNode compare(Published a, Published b) {
    ObjectNode answer = Json.object();
    answer.set("a", summary(a));
    answer.set("b", summary(b));
    ArrayNode differences = answer.putArray("differences");
    var ofA = a.manifest().getSettings();
    var ofB = b.manifest().getSettings();
    Set<String> names = new TreeSet<>(ofA.keySet());
    names.addAll(ofB.keySet());
    for (String name : names) {
      if (!Objects.equals(ofA.get(name), ofB.get(name))) {
        differences
            .addObject()
            .put("setting", name)
            .put("a", ofA.get(name))
            .put("b", ofB.get(name));
      }
    }
    return answer;
  }

  private ObjectNode summary(Published it) {
    ModelManifest manifest = it.manifest();
    ObjectNode object =
        Json.object()
            .put("model", manifest.getModel())
            .put("version", manifest.getVersion())
            .put("time", it.time())
            .put("records", manifest.getRecords())
            .put("sizeBytes", manifest.getSizeBytes())
            .put("classes", manifest.getClasses().size());
    putAccuracy(object, manifest);
    ObjectNode metrics = object.putObject("metrics");
    new TreeMap<>(manifest.getMetrics()).forEach((name, value) -> Json.put(metrics, name, value));
    return object;
  }
}
