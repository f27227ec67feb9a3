package io.millrace.topics;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One topic of the catalogue.
 *
 * @param name the name without prefix
 * @param partitions how many partitions it is made with, at least 1
 * @param retention how long records are kept; empty if the topic is compacted
 * @param segmentBytes the log segments' size, if not the broker's
 * @param compression what the broker stores batches in, if not as they come
 * @param maxMessageBytes the largest batch of records that is accepted, in bytes
 * @param key what the key is
 * @param value what the value is
 * @param owner who writes to it
 * @param description one sentence
 */
public record TopicSpec(
    String name,
    int partitions,
    Optional<Duration> retention,
    Optional<Integer> segmentBytes,
    Optional<String> compression,
    int maxMessageBytes,
    String key,
    String value,
    String owner,
    String description) {

  public TopicSpec {
    Objects.requireNonNull(retention, "retention");
    if (partitions < 1) {
      throw new IllegalArgumentException(name + ": partitions must be >= 1, was " + partitions);
    }
    if (maxMessageBytes < 1) {
      throw new IllegalArgumentException(
          name + ": maxMessageBytes must be >= 1, was " + maxMessageBytes);
    }
  }

  /** Whether the newest record of every key is kept for good. */
  public boolean compacted() {
    return retention.isEmpty();
  }

  /** Kafka's topic settings, by their names (Kafka documentation, "Topic Configs"). */
  public Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("cleanup.policy", compacted() ? "compact" : "delete");
    retention.ifPresent(kept -> settings.put("retention.ms", Long.toString(kept.toMillis())));
    segmentBytes.ifPresent(bytes -> settings.put("segment.bytes", Integer.toString(bytes)));
    compression.ifPresent(type -> settings.put("compression.type", type));
    settings.put("max.message.bytes", Integer.toString(maxMessageBytes));
    return settings;
  }
}
