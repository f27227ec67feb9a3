package io.millrace.text.administration;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;

/** How far a consumer group has read. */
final class ConsumerGroupPosition {

  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Admin admin;
  private final Consumer<byte[], byte[]> reader;
  private final String group;

  /**
   * The position of a group.
   *
   * @param reader of committed records, without a group; is assigned what is looked at
   */
  ConsumerGroupPosition(Admin admin, Consumer<byte[], byte[]> reader, String group) {
    this.admin = admin;
    this.reader = reader;
    this.group = group;
  }

  /** Whether the group has members. */
  boolean hasMembers() {
    try {
      return admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
          .anyMatch(description -> !description.members().isEmpty());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return false;
      }
      throw failed(e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /** The ends of a topic's partitions now, as far as committed; none if there is no such topic. */
  Map<TopicPartition, Long> ends(String topic) {
    List<TopicPartition> partitions =
        reader.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    return partitions.isEmpty() ? Map.of() : reader.endOffsets(partitions);
  }

  /**
   * Offsets of a partition, markers of transactions included.
   *
   * @param from the first
   * @param end the one after the last
   */
  record Span(TopicPartition partition, long from, long end) {

    long length() {
      return end - from;
    }

    boolean holds(ConsumerRecord<?, ?> record) {
      return record.partition() == partition.partition() && record.offset() < end;
    }
  }

  /** What the group has not committed of all that lies before given ends. */
  List<Span> left(Map<TopicPartition, Long> ends) {
    Map<TopicPartition, Long> beginnings = reader.beginningOffsets(ends.keySet());
    Map<TopicPartition, OffsetAndMetadata> committed = committed();
    return ends.entrySet().stream()
        .map(end -> {
          OffsetAndMetadata at = committed.get(end.getKey());
          long beginning = beginnings.getOrDefault(end.getKey(), 0L);
          long from = at == null ? beginning : Math.max(beginning, at.offset());
          return new Span(end.getKey(), from, end.getValue());
        })
        .filter(span -> span.length() > 0)
        .toList();
  }

  /**
   * Whether there is a record in what is left. The offsets at the end may be markers of
   * transactions, which a member that has read no record since it began does not commit.
   */
  boolean hasRecord(List<Span> left) {
    reader.assign(left.stream().map(Span::partition).toList());
    left.forEach(span -> reader.seek(span.partition(), span.from()));
    while (left.stream().anyMatch(span -> reader.position(span.partition()) < span.end())) {
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(LOOK)) {
        if (left.stream().anyMatch(span -> span.holds(record))) {
          return true;
        }
      }
    }
    return false;
  }

  private Map<TopicPartition, OffsetAndMetadata> committed() {
    try {
      return admin
          .listConsumerGroupOffsets(group)
          .partitionsToOffsetAndMetadata()
          .get()
          .entrySet()
          .stream()
          .filter(entry -> entry.getValue() != null)
          .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Map.of();
      }
      throw failed(e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static KafkaException failed(ExecutionException e) {
    return e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e);
  }
}
