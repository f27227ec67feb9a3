package io.millrace.runtime.streams;

import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaFutures;
import io.millrace.runtime.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;

/**
 * How many partitions a repartition topic has. Its state is kept by partition, so the number stays
 * when partitions are added to the inputs; left to itself, Kafka Streams would ask for as many as
 * the inputs have, and refuse to run with less.
 */
public final class RepartitionCount {

  private RepartitionCount() {}

  /**
   * The number of partitions that a repartition topic has; empty if it does not exist yet.
   *
   * @param topic the repartition topic's full name
   * @throws org.apache.kafka.common.KafkaException if the cluster cannot be asked
   */
  public static OptionalInt present(Settings settings, String topic) {
    try (Admin admin = KafkaClients.admin(settings)) {
      if (!KafkaFutures.await(admin.listTopics().names()).contains(topic)) {
        return OptionalInt.empty();
      }
      return KafkaFutures.await(admin.describeTopics(List.of(topic)).allTopicNames())
          .values()
          .stream()
          .mapToInt(it -> it.partitions().size())
          .max();
    }
  }

  /**
   * The number of partitions that a repartition topic has; if it does not exist yet, the largest
   * number that an input has.
   *
   * @param topic the repartition topic's full name
   * @param inputs the full names of the topics that are read into it
   * @throws org.apache.kafka.common.KafkaException if the cluster cannot be asked
   */
  public static int of(Settings settings, String topic, List<String> inputs) {
    try (Admin admin = KafkaClients.admin(settings)) {
      Set<String> present = KafkaFutures.await(admin.listTopics().names());
      List<String> asked =
          present.contains(topic)
              ? List.of(topic)
              : inputs.stream().filter(present::contains).toList();
      Map<String, TopicDescription> found =
          KafkaFutures.await(admin.describeTopics(asked).allTopicNames());
      return found.values().stream().mapToInt(it -> it.partitions().size()).max().orElse(1);
    }
  }
}
