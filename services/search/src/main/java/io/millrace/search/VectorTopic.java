package io.millrace.search;

import static io.millrace.runtime.kafka.KafkaFutures.await;

import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topic {@code document-vectors} as it exists now: whether an index that was built from it
 * earlier can be resumed.
 *
 * @param id the ids of cluster and topic; a topic that was deleted and created again has another
 * @param tombstoneRetention how long a tombstone can be read at least
 */
record VectorTopic(String id, Duration tombstoneRetention) {

  private static final Logger LOG = LoggerFactory.getLogger(VectorTopic.class);
  private static final Duration DEFAULT_TOMBSTONE_RETENTION = Duration.ofDays(1);

  /** Clocks of machines differ by less. */
  private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

  /** Asks the cluster. */
  static VectorTopic of(Settings settings, String topic) {
    try (Admin admin = KafkaClients.admin(settings)) {
      String cluster = await(admin.describeCluster().clusterId());
      Uuid id =
          present(await(admin.describeTopics(List.of(topic)).allTopicNames()), topic).topicId();
      return new VectorTopic(cluster + "/" + id, tombstoneRetention(admin, topic));
    }
  }

  private static Duration tombstoneRetention(Admin admin, String topic) {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      Config config = present(await(admin.describeConfigs(List.of(resource)).all()), resource);
      String millis = config.get(TopicConfig.DELETE_RETENTION_MS_CONFIG).value();
      return Duration.ofMillis(Long.parseLong(millis));
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      LOG.info(
          "cannot read how long {} keeps tombstones; assuming {}",
          topic,
          DEFAULT_TOMBSTONE_RETENTION,
          e);
      return DEFAULT_TOMBSTONE_RETENTION;
    }
  }

  /** The answer has what was asked for; otherwise the future would have failed. */
  private static <K, V> V present(Map<K, V> answer, K asked) {
    return Objects.requireNonNull(answer.get(asked));
  }

  /**
   * Why an index cannot be resumed from a checkpoint; empty if it can.
   *
   * @param checkpoint the index's last
   * @param beginnings the first offset of each partition
   * @param ends the offset after the last of each partition
   */
  Optional<String> reasonNotToResume(
      IndexCheckpoint checkpoint,
      Map<Integer, Long> beginnings,
      Map<Integer, Long> ends,
      long nowMillis) {
    if (!checkpoint.topic().equals(id)) {
      return Optional.of("it belongs to another cluster or topic");
    }
    // Tombstones may have been written and cleaned meanwhile: their deletions would be missed.
    long age = nowMillis - checkpoint.caughtUpAtMillis();
    if (age > tombstoneRetention.toMillis()) {
      return Optional.of("it is older than the topic keeps tombstones");
    }
    // By a clock that was ahead then nobody knows how old it is.
    if (age < -CLOCK_TOLERANCE.toMillis()) {
      return Optional.of("it was written at a time that has not come yet");
    }
    for (Map.Entry<Integer, Long> next : checkpoint.next().entrySet()) {
      Long beginning = beginnings.get(next.getKey());
      Long end = ends.get(next.getKey());
      if (beginning == null || end == null || next.getValue() < beginning) {
        return Optional.of("the topic no longer has offset " + next.getValue());
      }
      if (next.getValue() > end) {
        return Optional.of("the topic ends before offset " + next.getValue());
      }
    }
    return Optional.empty();
  }
}
