package io.millrace.text;

import io.millrace.runtime.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;

/**
 * The number of partitions of a topic: the cluster is asked at the first call, and the answer kept.
 * When partitions are added, Kafka Streams stops the service, since its internal topics have fewer.
 */
final class PartitionCount implements IntSupplier {

  private final Settings settings;
  private final String topic;
  private volatile int count;

  PartitionCount(Settings settings, String topic) {
    this.settings = settings;
    this.topic = topic;
  }

  @Override
  public int getAsInt() {
    int known = count;
    if (known == 0) {
      known = describeTopic();
      count = known;
    }
    return known;
  }

  private int describeTopic() {
    try (Admin admin = Admin.create(settings.kafkaClient())) {
      Map<String, TopicDescription> found =
          admin.describeTopics(List.of(topic)).allTopicNames().get();
      return Objects.requireNonNull(found.get(topic), topic).partitions().size();
    } catch (ExecutionException e) {
      throw new KafkaException("cannot read the number of partitions of " + topic, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while reading the number of partitions of " + topic, e);
    }
  }
}
