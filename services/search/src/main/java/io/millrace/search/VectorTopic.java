package io.millrace.search;

import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
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
 * Which log {@code document-vectors} is.
 *
 * @param name of the cluster and the topic together: another one after a topic was made anew
 * @param tombstonesKept how long a tombstone can be read at least
 */
record VectorTopic(String name, Duration tombstonesKept) {

  private static final Logger LOG = LoggerFactory.getLogger(VectorTopic.class);
  private static final Duration KAFKAS_DEFAULT = Duration.ofDays(1);

  /** Asks the cluster. */
  static VectorTopic of(Settings settings, String topic) {
    try (Admin admin = KafkaClients.admin(settings)) {
      String cluster = admin.describeCluster().clusterId().get();
      Uuid id =
          present(admin.describeTopics(List.of(topic)).allTopicNames().get(), topic).topicId();
      return new VectorTopic(cluster + "/" + id, tombstonesKept(admin, topic));
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static Duration tombstonesKept(Admin admin, String topic) throws InterruptedException {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      Config config = present(admin.describeConfigs(List.of(resource)).all().get(), resource);
      String millis = config.get(TopicConfig.DELETE_RETENTION_MS_CONFIG).value();
      return Duration.ofMillis(Long.parseLong(millis));
    } catch (ExecutionException e) {
      LOG.info("cannot ask how long {} keeps tombstones, a day is assumed", topic, e);
      return KAFKAS_DEFAULT;
    }
  }

  /** What was asked for is in the answer; else the future would have failed. */
  private static <K, V> V present(Map<K, V> answer, K asked) {
    return Objects.requireNonNull(answer.get(asked));
  }

  /**
   * Why an index cannot go on from a position; empty if it can.
   *
   * @param position where it stands
   * @param beginnings the first offset of each partition
   * @param ends the offset after the last of each partition
   */
  Optional<String> reasonNotToResume(
      IndexCheckpoint position,
      Map<Integer, Long> beginnings,
      Map<Integer, Long> ends,
      long nowMillis) {
    if (!position.log().equals(name)) {
      return Optional.of("it is of another cluster or topic");
    }
    // Deletions may have come and gone meanwhile, and with them the only word of them.
    if (nowMillis - position.caughtUpAtMillis() > tombstonesKept.toMillis()) {
      return Optional.of("it is older than tombstones are kept");
    }
    for (Map.Entry<Integer, Long> next : position.next().entrySet()) {
      Long beginning = beginnings.get(next.getKey());
      Long end = ends.get(next.getKey());
      if (beginning == null || end == null || next.getValue() < beginning) {
        return Optional.of("the log no longer holds offset " + next.getValue());
      }
      if (next.getValue() > end) {
        return Optional.of("the log ends before offset " + next.getValue());
      }
    }
    return Optional.empty();
  }
}
