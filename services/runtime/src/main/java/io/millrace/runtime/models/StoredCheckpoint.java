package io.millrace.runtime.models;

import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.CheckpointManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The checkpoint of a model's newest version on the checkpoints topic, under keys {@code
 * SERVICE/MODEL/PART}; the newest record of a key counts.
 *
 * @param manifest the version it belongs to, its settings, and where reading continues
 * @param parts the trainer's own parts by name
 */
public record StoredCheckpoint(CheckpointManifest manifest, Map<String, byte[]> parts) {

  /** The part that the loop writes; no trainer may have one with this name. */
  public static final String MANIFEST = "manifest";

  private static final AvroCodec<CheckpointManifest> MANIFESTS =
      AvroCodec.of(CheckpointManifest.class);

  /**
   * What a trainer finds on the checkpoints topic.
   *
   * @param checkpoint its checkpoint; empty if there is none
   * @param forgotten the subjects that it leaves out
   * @param kept the names of the records of its kept checkpoints, by version; see {@link
   *     KeptCheckpoint}
   */
  public record CheckpointLookup(
      Optional<StoredCheckpoint> checkpoint,
      ForgottenSubjects forgotten,
      NavigableMap<Long, NavigableSet<String>> kept) {

    /** Nothing. */
    public static CheckpointLookup none() {
      return new CheckpointLookup(Optional.empty(), ForgottenSubjects.none(), new TreeMap<>());
    }
  }

  /**
   * Reads the checkpoint of a model; empty if there is none.
   *
   * @throws IncompatibleStateException if it is incomplete or cannot be read
   */
  public static Optional<StoredCheckpoint> read(Settings settings, String service, String model) {
    return find(settings, service, model).checkpoint();
  }

  /**
   * Reads the checkpoint of a model, which older ones are kept, and the subjects that its kind has
   * forgotten, in one pass.
   *
   * @throws IncompatibleStateException if one of them is incomplete or cannot be read
   */
  public static CheckpointLookup find(Settings settings, String service, String model) {
    List<ForgottenSubjects> lists = new ArrayList<>(List.of(ForgottenSubjects.none()));
    var kept = new KeptCheckpoint.Scan(service, model);
    Map<String, byte[]> parts =
        parts(
            settings,
            service,
            model,
            (key, value, timestamp) -> {
              if (key.equals(ForgottenSubjects.key(service))) {
                lists.set(0, ForgottenSubjects.decode(service, value));
              }
              kept.visit(key, value);
            });
    return new CheckpointLookup(checkpoint(service, model, parts), lists.getFirst(), kept.found());
  }

  private static Optional<StoredCheckpoint> checkpoint(
      String service, String model, Map<String, byte[]> parts) {
    byte[] manifestBytes = parts.remove(MANIFEST);
    if (manifestBytes == null && parts.isEmpty()) {
      return Optional.empty();
    }
    if (manifestBytes == null) {
      throw IncompatibleStateException.resettable(
          model, "the checkpoint of model " + model + " lacks its manifest");
    }
    CheckpointManifest manifest =
        switch (MANIFESTS.decode(manifestBytes)) {
          case Decoded.Valid<CheckpointManifest>(CheckpointManifest it) -> it;
          case Decoded.Invalid<CheckpointManifest>(String reason) ->
              throw IncompatibleStateException.resettable(
                  model,
                  "the record %s of the checkpoints topic cannot be read: %s"
                      .formatted(key(service, model, MANIFEST), reason));
        };
    if (manifest.getParts() != parts.size()) {
      throw IncompatibleStateException.resettable(
          model,
          "the checkpoint of model %s has %d parts, its manifest says %d; the parts are %s"
              .formatted(model, parts.size(), manifest.getParts(), parts.keySet()));
    }
    return Optional.of(new StoredCheckpoint(manifest, parts));
  }

  /**
   * What there is of a model's checkpoints, to be deleted.
   *
   * @param exists whether there are records of its checkpoint, complete or not
   * @param records delete it, and all that are kept of older versions
   */
  public record Deletion(boolean exists, List<ProducerRecord<byte[], byte[]>> records) {}

  /** The records that delete a model's checkpoints, complete or not. */
  public static Deletion deletion(Settings settings, String service, String model) {
    String topic = settings.topics().checkpoints().name();
    var kept = new KeptCheckpoint.Scan(service, model);
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    parts(settings, service, model, (key, value, timestamp) -> kept.visit(key, value))
        .keySet()
        .forEach(part -> records.add(ModelRecords.record(topic, key(service, model, part), null)));
    boolean exists = !records.isEmpty();
    records.addAll(KeptCheckpoint.tombstones(topic, service, model, kept.found()));
    return new Deletion(exists, records);
  }

  /** The records of a step: the parts that changed, then the manifest. */
  public static List<ProducerRecord<byte[], byte[]>> records(
      String topic,
      String service,
      CheckpointManifest manifest,
      Map<String, Optional<byte[]>> changes) {
    String model = manifest.getModel();
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    changes.forEach((part, bytes) ->
        records.add(ModelRecords.record(topic, key(service, model, part), bytes.orElse(null))));
    records.add(
        ModelRecords.record(topic, key(service, model, MANIFEST), MANIFESTS.encode(manifest)));
    return records;
  }

  private static Map<String, byte[]> parts(
      Settings settings, String service, String model, CommittedReader.Visitor others) {
    String prefix = key(service, model, "");
    Map<String, byte[]> parts = new TreeMap<>();
    CommittedReader.readWritten(
        settings,
        settings.topics().checkpoints().name(),
        (key, value, timestamp) -> {
          if (!key.startsWith(prefix)) {
            others.visit(key, value, timestamp);
          } else if (value == null) {
            parts.remove(key.substring(prefix.length()));
          } else {
            parts.put(key.substring(prefix.length()), value);
          }
        });
    return parts;
  }

  private static String key(String service, String model, String part) {
    return service + "/" + model + "/" + part;
  }
}
