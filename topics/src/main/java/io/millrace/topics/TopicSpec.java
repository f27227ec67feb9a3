package io.millrace.topics;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * One topic of the catalogue.
 *
 * @param name the name without prefix
 * @param partitions the number of partitions it is created with, at least 1
 * @param fixed whether the services work with no other number of partitions
 * @param retention how long records are kept; empty if the topic is compacted
 * @param compactionLag how long a record is kept at least, even where a newer one has replaced it;
 *     empty for Kafka's default, not at all
 * @param segmentBytes the size of log segments; empty for the broker's default
 * @param compression how the broker compresses record batches; empty keeps the producer's
 * @param maxMessageBytes the largest record batch that is accepted, in bytes
 * @param key what the key is
 * @param value what the value is
 * @param owner who writes to it: services, separated by commas, or producers or people
 * @param readers the services that read it
 * @param markedBy the trainer that writes step markers into it, its input; empty for none
 * @param description one sentence
 */
public record TopicSpec(
    String name,
    int partitions,
    boolean fixed,
    Optional<Duration> retention,
    Optional<Duration> compactionLag,
    Optional<Integer> segmentBytes,
    Optional<String> compression,
    int maxMessageBytes,
    String key,
    String value,
    String owner,
    List<String> readers,
    Optional<String> markedBy,
    String description) {

  /** The setting that says who stamps the records of a topic. */
  static final String TIMESTAMP_TYPE = "message.timestamp.type";

  /** The broker stamps records when it appends them, whatever the producer's clock says. */
  static final String APPEND_TIME = "LogAppendTime";

  private static final Set<String> OUTSIDE = Set.of("producers");
  private static final String EVERY_SERVICE = "every service";

  public TopicSpec {
    Objects.requireNonNull(retention, "retention");
    readers = List.copyOf(readers);
    if (partitions < 1) {
      throw new IllegalArgumentException(name + ": partitions must be >= 1, was " + partitions);
    }
    if (maxMessageBytes < 1) {
      throw new IllegalArgumentException(
          name + ": maxMessageBytes must be >= 1, was " + maxMessageBytes);
    }
  }

  TopicSpec withPartitions(int number) {
    return new TopicSpec(
        name,
        number,
        fixed,
        retention,
        compactionLag,
        segmentBytes,
        compression,
        maxMessageBytes,
        key,
        value,
        owner,
        readers,
        markedBy,
        description);
  }

  /** Whether the newest record of every key is kept for good. */
  public boolean compacted() {
    return retention.isEmpty();
  }

  /**
   * Whether services or commands of Millrace write the topic: then the broker stamps its records,
   * so that what is derived from old records is kept as long as anything else, and no clock but the
   * broker's decides about it.
   */
  public boolean derived() {
    return !OUTSIDE.contains(owner);
  }

  /** Those who write to it. */
  public List<String> writers() {
    return List.of(owner.split(",\\s*"));
  }

  /** Whether a service reads it. */
  public boolean isReadBy(String service) {
    return readers.contains(service) || readers.contains(EVERY_SERVICE);
  }

  /** Whether a service writes to it, step markers included. */
  public boolean isWrittenBy(String service) {
    return writers().contains(service)
        || writers().contains(EVERY_SERVICE)
        || markedBy.filter(service::equals).isPresent();
  }

  /** Kafka's topic settings, by their names (Kafka documentation, "Topic Configs"). */
  public Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("cleanup.policy", compacted() ? "compact" : "delete");
    retention.ifPresent(kept -> settings.put("retention.ms", Long.toString(kept.toMillis())));
    compactionLag.ifPresent(
        lag -> settings.put("min.compaction.lag.ms", Long.toString(lag.toMillis())));
    segmentBytes.ifPresent(bytes -> settings.put("segment.bytes", Integer.toString(bytes)));
    compression.ifPresent(type -> settings.put("compression.type", type));
    settings.put("max.message.bytes", Integer.toString(maxMessageBytes));
    if (derived()) {
      settings.put(TIMESTAMP_TYPE, APPEND_TIME);
    }
    return settings;
  }
}
