package io.millrace.runtime.training;

import static java.util.Objects.requireNonNull;

import io.millrace.runtime.models.CheckpointWriter;
import io.millrace.runtime.models.ForgottenSubjects;
import io.millrace.runtime.models.KeptCheckpoint;
import io.millrace.runtime.models.ManifestChain;
import io.millrace.runtime.models.ModelRecords;
import io.millrace.runtime.models.StoredCheckpoint;
import io.millrace.runtime.models.StoredVersions;
import io.millrace.runtime.settings.FingerprintHistory;
import io.millrace.schemas.avro.CheckpointManifest;
import io.millrace.schemas.avro.ModelManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Makes the records of a model's versions and checkpoints, one step after the other. Keeps the
 * version number, the old versions that still have parts, those that have manifests, and what the
 * checkpoint has. Sends nothing; if its records are not committed, it must be discarded.
 */
final class VersionWriter {

  /**
   * Manifests that one step deletes at most, so that its transaction stays small where earlier
   * builds have left many.
   */
  static final int MANIFESTS_DELETED = 1_000;

  private final TrainerContext<?> context;
  private final String inputTopic;
  private final NavigableMap<Long, Integer> retained;
  private final NavigableSet<Long> manifests;
  private final CheckpointWriter checkpoints;
  private final Supplier<Set<Long>> kept;
  private long version;
  private Optional<ModelManifest> parent;

  /**
   * A writer that continues after a version.
   *
   * @param inputTopic the ids of cluster and input topic, for the manifests
   * @param version the last version; -1 if there is none
   * @param parent the manifest of the version that the next one learns on from; empty if it begins
   *     anew
   * @param stored the versions on the topic
   * @param checkpoints goes on from the checkpoint on the topic
   * @param kept gives the old versions whose parts stay beyond those that are retained; asked only
   *     when parts are to be deleted, and nothing else depends on it
   */
  VersionWriter(
      TrainerContext<?> context,
      String inputTopic,
      long version,
      Optional<ModelManifest> parent,
      StoredVersions stored,
      CheckpointWriter checkpoints,
      Supplier<Set<Long>> kept) {
    this.context = context;
    this.inputTopic = inputTopic;
    this.version = version;
    this.parent = parent;
    this.retained = new TreeMap<>(stored.retained());
    this.manifests = new TreeSet<>(stored.manifests());
    this.checkpoints = checkpoints;
    this.kept = kept;
  }

  /** The last version number. */
  long version() {
    return version;
  }

  /** The manifest of the last version; empty if the next one begins anew. */
  Optional<ModelManifest> manifest() {
    return parent;
  }

  /**
   * The records of the next version: model, checkpoint, other outputs, tombstones.
   *
   * @param examples SHA-256 over the records of the step; empty without records
   */
  List<ProducerRecord<byte[], byte[]>> next(
      TrainerSnapshot snapshot,
      String examples,
      InputPositions progress,
      RoundRobinMerge<?> merge) {
    version++;
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(snapshot.outputs());
    byte[] bytes = snapshot.model();
    String models = context.settings().topics().models().name();
    checkpoints.change(snapshot.checkpoint(), bytes.length > 0);
    CheckpointManifest checkpoint = checkpointManifest(progress, merge);
    ModelManifest manifest = manifest(snapshot, examples, progress, checkpoint);
    records.addAll(ModelRecords.version(models, manifest, bytes));
    records.addAll(checkpoint(checkpoint, snapshot.checkpoint()));
    // What begins anew is made by the settings, or by a file: there is nothing to learn on from.
    if (parent.isEmpty()) {
      records.addAll(checkpoints.begin(checkpoint));
    } else if (bytes.length > 0) {
      records.addAll(checkpoints.keep(checkpoint, bytes));
    }
    if (bytes.length > 0) {
      retained.put(version, ModelRecords.parts(bytes.length));
    }
    records.addAll(partsDeleted(models));
    parent = Optional.of(manifest);
    manifests.add(version);
    records.addAll(manifestsDeleted(models));
    return records;
  }

  /** Tombstones for the parts of old versions, except those that answer or may answer again. */
  private List<ProducerRecord<byte[], byte[]>> partsDeleted(String models) {
    int excess = retained.size() - context.config().modelsRetain();
    if (excess <= 0) {
      return List.of();
    }
    List<Long> old = new ArrayList<>(retained.keySet()).subList(0, excess);
    Set<Long> staying = kept.get();
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (Long number : old) {
      if (!staying.contains(number)) {
        int parts = requireNonNull(retained.remove(number));
        records.addAll(ModelRecords.tombstones(models, context.model(), number, parts));
      }
    }
    return records;
  }

  /** Tombstones for the oldest manifests that are too much; those of versions with parts stay. */
  private List<ProducerRecord<byte[], byte[]>> manifestsDeleted(String models) {
    long excess = manifests.size() - context.config().manifestsRetain();
    List<Long> old =
        manifests.stream()
            .limit(Math.max(0, excess))
            .filter(number -> !retained.containsKey(number))
            .limit(MANIFESTS_DELETED)
            .toList();
    old.forEach(manifests::remove);
    return old.stream()
        .map(number -> ModelRecords.manifestTombstone(models, context.model(), number))
        .toList();
  }

  /** The number of checkpoints that are kept of older versions. */
  int keptCheckpoints() {
    return checkpoints.kept();
  }

  /** The number of versions whose manifests are on the topic. */
  int manifests() {
    return manifests.size();
  }

  /** The records of a commit of positions alone. */
  List<ProducerRecord<byte[], byte[]>> positions(
      InputPositions progress, RoundRobinMerge<?> merge) {
    return checkpoint(checkpointManifest(progress, merge), Map.of());
  }

  private List<ProducerRecord<byte[], byte[]>> checkpoint(
      CheckpointManifest checkpoint, Map<String, Optional<byte[]>> changes) {
    String topic = context.settings().topics().checkpoints().name();
    return StoredCheckpoint.records(topic, context.service(), checkpoint, changes);
  }

  /** The manifest of a checkpoint of the last version, with the parts that were written by now. */
  CheckpointManifest checkpointManifest(InputPositions progress, RoundRobinMerge<?> merge) {
    return new CheckpointManifest(
        context.model(),
        version,
        ModelRecords.FORMAT,
        checkpoints.parts(),
        FingerprintHistory.OF_THIS_BUILD.written(context.service(), context.fingerprint()),
        progress.positions(),
        merge.position().partition(),
        merge.position().taken(),
        merge.position().lastCut(),
        progress.recent());
  }

  private Map<String, String> environment(byte[] bytes, CheckpointManifest checkpoint) {
    Map<String, String> environment =
        new TreeMap<>(ComputeEnvironment.describe(context.trainer().environment()));
    environment.put(ModelRecords.INPUT_TOPIC, inputTopic);
    if (bytes.length > 0) {
      environment.put(KeptCheckpoint.IN_MANIFEST, checkpoints.digest(checkpoint));
    }
    long forgotten = forgotten();
    if (forgotten > 0) {
      environment.put(ForgottenSubjects.IN_MANIFEST, Long.toString(forgotten));
    }
    return environment;
  }

  /**
   * What all of the model has left out: what was forgotten when it began. Of what was forgotten
   * since, it has learned before.
   */
  private long forgotten() {
    return parent.map(ForgottenSubjects::leftOutBy).orElseGet(() -> context.forgotten().last());
  }

  private ModelManifest manifest(
      TrainerSnapshot snapshot,
      String examples,
      InputPositions progress,
      CheckpointManifest checkpoint) {
    byte[] bytes = snapshot.model();
    var manifest =
        new ModelManifest(
            context.model(),
            version,
            ModelRecords.FORMAT,
            ModelRecords.parts(bytes.length),
            (long) bytes.length,
            ModelRecords.digest(bytes),
            snapshot.records(),
            snapshot.classes(),
            progress.ranges(inputTopic),
            context.fingerprint(),
            snapshot.metrics(),
            environment(bytes, checkpoint),
            parent.map(ModelManifest::getVersion).orElse(null),
            examples,
            "");
    return ManifestChain.chained(parent, manifest);
  }
}
