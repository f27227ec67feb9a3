package io.millrace.cli.forget;

import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaFutures;
import io.millrace.runtime.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** How long topics keep records, as their configuration says at present. */
final class TopicRetention {

  private final Map<String, Config> configs = new HashMap<>();

  /**
   * Asks the cluster.
   *
   * @param topics with the prefix
   */
  TopicRetention(Settings settings, Collection<String> topics) {
    List<ConfigResource> resources =
        topics.stream().map(it -> new ConfigResource(ConfigResource.Type.TOPIC, it)).toList();
    try (var admin = KafkaClients.admin(settings)) {
      KafkaFutures.await(admin.describeConfigs(resources).all())
          .forEach((resource, config) -> configs.put(resource.name(), config));
    }
  }

  /**
   * When a record goes, for people.
   *
   * @param topic with the prefix
   * @param timestamp of the record, milliseconds since 1970
   */
  String until(String topic, long timestamp) {
    if (value(topic, TopicConfig.CLEANUP_POLICY_CONFIG).contains("compact")) {
      Duration lag = Duration.ofMillis(millis(topic, TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG));
      return lag.isZero()
          ? "until a tombstone and compaction"
          : "until a tombstone and compaction, %d days at least".formatted(lag.toDays());
    }
    long retention = millis(topic, TopicConfig.RETENTION_MS_CONFIG);
    return retention < 0 || timestamp < 0
        ? "for ever"
        : "until after " + Instant.ofEpochMilli(timestamp + retention);
  }

  private long millis(String topic, String name) {
    String value = value(topic, name);
    return value.isEmpty() ? 0 : Long.parseLong(value);
  }

  private String value(String topic, String name) {
    Config config = configs.get(topic);
    var entry = config == null ? null : config.get(name);
    return entry == null || entry.value() == null ? "" : entry.value();
  }
}
