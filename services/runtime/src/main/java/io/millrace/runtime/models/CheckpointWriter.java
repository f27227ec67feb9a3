package io.millrace.runtime.models;

import static java.util.Objects.requireNonNull;

import io.millrace.runtime.records.Sha256;
import io.millrace.schemas.avro.CheckpointManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the records of a model's checkpoint, step after step, and those of the checkpoints that are
 * kept of older versions. A step has only the parts that changed; so that a whole one can be kept,
 * the newest bytes of each part stay in the heap, if they are not too many. Sends nothing. Not
 * thread-safe.
 */
public final class CheckpointWriter {

  /**
   * Which checkpoints are kept.
   *
   * @param every those of the versions whose number this divides; 0 keeps none
   * @param retain how many, the newest
   * @param maxBytes the most that one may have, parts and model
   */
  public record Policy(int every, int retain, long maxBytes) {

    /** Keeps none. */
    public static final Policy NONE = new Policy(0, 0, 0);

    public Policy {
      if (every < 0 || retain < 0 || maxBytes < 0) {
        throw new IllegalArgumentException(
            "every, retain and maxBytes must be >= 0, were %d, %d and %d"
                .formatted(every, retain, maxBytes));
      }
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(CheckpointWriter.class);

  /** Kept checkpoints that one step deletes at most, so that its transaction stays small. */
  static final int MOST_DELETED = 10;

  /** The share of the heap that the parts of one model may take. */
  private static final int HEAP_SHARE = 16;

  /**
   * A part as the topic has it.
   *
   * @param sha256 empty where no digest is asked for
   * @param bytes null where they are not held
   */
  private record Part(byte[] sha256, int size, byte @Nullable [] bytes) {}

  private final String topic;
  private final String service;
  private final Policy policy;
  private final long maxHeldBytes;
  private final NavigableMap<String, Part> parts = new TreeMap<>();
  private final NavigableMap<Long, NavigableSet<String>> kept;

  /** The first version of the model's present line. */
  private long lineBegin;

  private long sizeBytes;

  /** Whether the bytes of any part are held. */
  private boolean holds;

  /**
   * A writer that goes on from what was found.
   *
   * @param topic the checkpoints topic
   * @param found the checkpoint, and the kept ones; the rest is not asked for
   * @param lineBegin the first version of the model's present line; what is kept of older ones
   *     belongs to a model that was learned again, by a build that kept none
   * @param digested whether digests are asked for
   */
  public CheckpointWriter(
      String topic,
      String service,
      Policy policy,
      StoredCheckpoint.CheckpointLookup found,
      long lineBegin,
      boolean digested) {
    this(topic, service, policy, Runtime.getRuntime().maxMemory() / HEAP_SHARE, found.kept());
    this.lineBegin = lineBegin;
    found
        .checkpoint()
        .ifPresent(it -> it.parts().forEach((name, bytes) -> put(name, bytes, digested)));
  }

  /** The same of a model without a checkpoint. */
  public CheckpointWriter(
      String topic,
      String service,
      Policy policy,
      long maxHeldBytes,
      NavigableMap<Long, NavigableSet<String>> kept) {
    this.topic = topic;
    this.service = service;
    this.policy = policy;
    this.maxHeldBytes = Math.min(maxHeldBytes, policy.maxBytes());
    this.kept = new TreeMap<>(kept);
  }

  /** One that keeps none and goes on from the parts of a checkpoint, to get the digests alone. */
  public static CheckpointWriter ofDigests(Map<String, byte[]> parts) {
    var writer = new CheckpointWriter("", "", Policy.NONE, 0, new TreeMap<>());
    parts.forEach((name, bytes) -> writer.put(name, bytes, true));
    return writer;
  }

  /**
   * Takes the parts that a step has changed.
   *
   * @param changes an empty value deletes the part
   * @param digested whether digests are asked for
   */
  public void change(Map<String, Optional<byte[]>> changes, boolean digested) {
    changes.forEach((name, bytes) -> {
      if (bytes.isPresent()) {
        put(name, bytes.get(), digested);
      } else {
        Part before = parts.remove(name);
        sizeBytes -= before == null ? 0 : before.size();
      }
    });
  }

  private void put(String name, byte[] bytes, boolean digested) {
    Part before = parts.get(name);
    sizeBytes += bytes.length - (before == null ? 0 : before.size());
    byte[] sha256 = digested ? Sha256.digest().digest(bytes) : new byte[0];
    boolean fits = policy.every() > 0 && sizeBytes <= maxHeldBytes;
    parts.put(name, new Part(sha256, bytes.length, fits ? bytes : null));
    if (holds && !fits) {
      parts.replaceAll((any, part) -> new Part(part.sha256(), part.size(), null));
    }
    holds = fits;
  }

  /** The number of parts on the topic. */
  public int parts() {
    return parts.size();
  }

  /**
   * The SHA-256 of the checkpoint, see {@link KeptCheckpoint#digest}.
   *
   * @param at has the merge's position
   */
  public String digest(CheckpointManifest at) {
    NavigableMap<String, byte[]> digests = new TreeMap<>();
    parts.forEach((name, part) -> digests.put(name, part.sha256()));
    return KeptCheckpoint.digest(at, digests);
  }

  /** The number of kept checkpoints. */
  public int kept() {
    return kept.size();
  }

  /**
   * The records that delete what is kept, for a version that begins the model anew: what is to be
   * forgotten may be in it.
   *
   * @param of the version's checkpoint
   */
  public List<ProducerRecord<byte[], byte[]>> begin(CheckpointManifest of) {
    lineBegin = of.getVersion();
    return delete(of);
  }

  /**
   * The records that keep the checkpoint of a version, if it is one of those to keep, and delete
   * those that are too many, at most {@value #MOST_DELETED} of them; the next ones delete the rest.
   *
   * @param of the checkpoint's manifest
   * @param model the version's bytes
   */
  public List<ProducerRecord<byte[], byte[]>> keep(CheckpointManifest of, byte[] model) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    long version = of.getVersion();
    if (policy.every() > 0 && version % policy.every() == 0) {
      records.addAll(copy(of, model));
    }
    records.addAll(delete(of));
    return records;
  }

  private List<ProducerRecord<byte[], byte[]>> delete(CheckpointManifest of) {
    long version = of.getVersion();
    // What has a later number was not written by a trainer of this model.
    List<Long> surplus = new ArrayList<>(kept.tailMap(version, false).keySet());
    surplus.addAll(kept.headMap(lineBegin, false).keySet());
    int excess = kept.size() - surplus.size() - (policy.every() > 0 ? policy.retain() : 0);
    kept.subMap(lineBegin, true, version, true).keySet().stream()
        .limit(Math.max(0, excess))
        .forEach(surplus::add);
    NavigableMap<Long, NavigableSet<String>> deleted = new TreeMap<>();
    surplus.stream()
        .limit(MOST_DELETED)
        .forEach(old -> deleted.put(old, requireNonNull(kept.remove(old))));
    return KeptCheckpoint.tombstones(topic, service, of.getModel(), deleted);
  }

  private void warn(CheckpointManifest of, String reason) {
    LOG.warn(
        "does not keep the checkpoint of version {} of {}: {}; {}.checkpoints.every=0 keeps none",
        of.getVersion(),
        of.getModel(),
        reason,
        service);
  }

  /** Once there was too much, bytes that have not changed since are held no more. */
  private String whyNotHeld() {
    return sizeBytes <= maxHeldBytes
        ? "it was larger, and its bytes are held again when the trainer has been started again"
        : "it has %d bytes, and %d may be held, which a larger heap raises"
            .formatted(sizeBytes, maxHeldBytes);
  }

  private List<ProducerRecord<byte[], byte[]>> copy(CheckpointManifest of, byte[] model) {
    if (sizeBytes + model.length > policy.maxBytes()) {
      warn(
          of,
          "with its model it has %d bytes, and %s.checkpoints.max.bytes is %d"
              .formatted(sizeBytes + model.length, service, policy.maxBytes()));
      return List.of();
    }
    NavigableMap<String, byte[]> all = new TreeMap<>();
    for (Map.Entry<String, Part> part : parts.entrySet()) {
      byte[] bytes = part.getValue().bytes();
      if (bytes == null) {
        warn(of, whyNotHeld());
        return List.of();
      }
      all.put(part.getKey(), bytes);
    }
    Map<String, byte[]> values = KeptCheckpoint.values(of, all, model);
    String prefix = KeptCheckpoint.prefix(service, of.getModel(), of.getVersion());
    kept.put(of.getVersion(), new TreeSet<>(values.keySet()));
    return values.entrySet().stream()
        .map(it -> ModelRecords.record(topic, prefix + it.getKey(), it.getValue()))
        .toList();
  }
}
