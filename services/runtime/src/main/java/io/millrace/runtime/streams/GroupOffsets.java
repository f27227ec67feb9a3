package io.millrace.runtime.streams;

import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaFutures;
import io.millrace.runtime.settings.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The offsets of the consumer group of a topology, while none of its members runs. */
final class GroupOffsets {

  private static final Logger LOG = LoggerFactory.getLogger(GroupOffsets.class);

  private GroupOffsets() {}

  /**
   * Sets a group to the beginning of a topic. Where other instances are members still, the brokers
   * refuse; the last one that stops does it.
   */
  static void toBeginning(Settings settings, String group, String topic) {
    try (Admin admin = KafkaClients.admin(settings)) {
      Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
      Objects.requireNonNull(
              KafkaFutures.await(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic),
              topic)
          .partitions()
          .forEach(
              it -> earliest.put(new TopicPartition(topic, it.partition()), OffsetSpec.earliest()));
      Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
      KafkaFutures.await(admin.listOffsets(earliest).all())
          .forEach(
              (partition, begin) -> offsets.put(partition, new OffsetAndMetadata(begin.offset())));
      KafkaFutures.await(admin.alterConsumerGroupOffsets(group, offsets).all());
      LOG.info("group {} is at the beginning of the new topic {}", group, topic);
    } catch (RuntimeException e) {
      // Of any kind: nobody comes back to it, and without it the next start skips records.
      LOG.warn(
          "group {} could not be set to the beginning of the new topic {}; when none of its members"
              + " runs, run `kafka-consumer-groups.sh --group {} --topic {} --reset-offsets"
              + " --to-earliest --execute`",
          group,
          topic,
          group,
          topic,
          e);
    }
  }
}
