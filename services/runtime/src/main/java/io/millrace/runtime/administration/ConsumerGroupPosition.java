package io.millrace.runtime.administration;

import static io.millrace.runtime.kafka.KafkaFutures.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** How far a consumer group has read. */
public final class ConsumerGroupPosition {

  private static final Duration POLL = Duration.ofSeconds(1);

  private final Admin admin;
  private final Consumer<byte[], byte[]> reader;
  private final String group;

  /**
   * The position of a group.
   *
   * @param reader reads committed records and belongs to no group; this assigns partitions to it
   */
  public ConsumerGroupPosition(Admin admin, Consumer<byte[], byte[]> reader, String group) {
    this.admin = admin;
    this.reader = reader;
    this.group = group;
  }

  /** Whether the group has members. */
  public boolean hasMembers() {
    try {
      return await(admin.describeConsumerGroups(List.of(group)).all()).values().stream()
          .anyMatch(description -> !description.members().isEmpty());
    } catch (GroupIdNotFoundException e) {
      return false;
    }
  }

  /** The end offsets of a topic, as far as committed; none if there is no such topic. */
  public Map<TopicPartition, Long> ends(String topic) {
    List<TopicPartition> partitions =
        reader.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    return partitions.isEmpty() ? Map.of() : reader.endOffsets(partitions);
  }

  /**
   * Offsets of a partition, transaction markers included.
   *
   * @param from the first
   * @param end the one after the last
   */
  public record Span(TopicPartition partition, long from, long end) {

    public long length() {
      return end - from;
    }

    boolean contains(ConsumerRecord<?, ?> record) {
      return record.partition() == partition.partition() && record.offset() < end;
    }
  }

  /** The offsets before given ends that the group has not committed. */
  public List<Span> left(Map<TopicPartition, Long> ends) {
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
   * Whether there is a record among the offsets left. The last ones may be transaction markers,
   * which a member that has read no record since it started does not commit.
   */
  public boolean hasRecord(List<Span> left) {
    reader.assign(left.stream().map(Span::partition).toList());
    left.forEach(span -> reader.seek(span.partition(), span.from()));
    while (left.stream().anyMatch(span -> reader.position(span.partition()) < span.end())) {
      for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
        if (left.stream().anyMatch(span -> span.contains(record))) {
          return true;
        }
      }
    }
    return false;
  }

  private Map<TopicPartition, OffsetAndMetadata> committed() {
    try {
      return await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
          .entrySet()
          .stream()
          .filter(entry -> entry.getValue() != null)
          .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    } catch (GroupIdNotFoundException e) {
      return Map.of();
    }
  }
}
