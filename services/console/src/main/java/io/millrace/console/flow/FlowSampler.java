package io.millrace.console.flow;

import io.millrace.runtime.settings.Settings;
import io.millrace.topics.Catalogue;
import io.millrace.topics.TopicSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Asks Kafka for the ends of all topics and for what the groups of the services have read: four
 * requests a sample. Used by one thread at a time.
 */
final class FlowSampler implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 4;
  private static final long TOPICS_FOR_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Settings settings;
  private final Supplier<Admin> admins;
  private final Supplier<List<String>> variants;
  private final List<String> names = new ArrayList<>();
  private final List<String> services = new ArrayList<>();
  private @Nullable Admin admin;
  private List<TopicPartition> partitions = List.of();
  private long askedForTopics;

  /**
   * A sampler that has asked nothing yet.
   *
   * @param admins makes an admin client whose time-outs are short
   * @param variants the models that are variants, which are services of their own
   */
  FlowSampler(Settings settings, Supplier<Admin> admins, Supplier<List<String>> variants) {
    this.settings = settings;
    this.admins = admins;
    this.variants = variants;
    Catalogue catalogue = Catalogue.load();
    catalogue.topics().stream().map(TopicSpec::name).forEach(names::add);
    catalogue
        .services()
        .forEach((service, kind) -> {
          if (kind.hasGroup()) {
            services.add(service);
          }
        });
  }

  /**
   * A sample.
   *
   * @throws KafkaException if Kafka does not answer in time
   */
  FlowSample sample() {
    Admin asked = open();
    Map<String, String> groups = new LinkedHashMap<>();
    services.forEach(it -> groups.put(settings.common().group(it), it));
    variants.get().forEach(it -> groups.put(settings.common().group(it), it));
    Map<TopicPartition, Long> ends = ends(asked);
    Map<String, GroupState> states = states(asked, groups.keySet().stream().toList());
    Map<String, Map<TopicPartition, OffsetAndMetadata>> read =
        read(asked, states.keySet().stream().toList());
    Map<String, FlowSample.Group> known = new HashMap<>();
    states.forEach((group, state) ->
        health(state)
            .ifPresent(health ->
                known.put(
                    groups.getOrDefault(group, group),
                    group(health, ends, read.getOrDefault(group, Map.of())))));
    Map<String, Long> byTopic = new HashMap<>();
    ends.forEach((partition, end) -> byTopic.merge(shortName(partition), end, Long::sum));
    return new FlowSample(System.currentTimeMillis(), System.nanoTime(), byTopic, known);
  }

  private Admin open() {
    Admin open = admin;
    if (open == null) {
      open = admins.get();
      admin = open;
    }
    return open;
  }

  private Map<TopicPartition, Long> ends(Admin asked) {
    if (partitions.isEmpty() || System.nanoTime() - askedForTopics > TOPICS_FOR_NANOS) {
      partitions = partitions(asked);
      askedForTopics = System.nanoTime();
    }
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    partitions.forEach(it -> latest.put(it, OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    var listed = asked.listOffsets(latest);
    for (TopicPartition partition : partitions) {
      optional(listed.partitionResult(partition)).ifPresent(it -> ends.put(partition, it.offset()));
    }
    return ends;
  }

  private List<TopicPartition> partitions(Admin asked) {
    String prefix = settings.topics().prefix();
    var described = asked.describeTopics(names.stream().map(prefix::concat).toList());
    List<TopicPartition> found = new ArrayList<>();
    described
        .topicNameValues()
        .forEach((name, future) -> {
          Optional<TopicDescription> topic = optional(future);
          topic.ifPresent(it ->
              it.partitions().forEach(one -> found.add(new TopicPartition(name, one.partition()))));
        });
    return found;
  }

  private static Map<String, GroupState> states(Admin asked, List<String> groups) {
    Map<String, GroupState> states = new LinkedHashMap<>();
    asked
        .describeConsumerGroups(groups)
        .describedGroups()
        .forEach((group, future) -> {
          Optional<ConsumerGroupDescription> description = optional(future);
          description.ifPresent(it -> states.put(group, it.groupState()));
        });
    return states;
  }

  private static Map<String, Map<TopicPartition, OffsetAndMetadata>> read(
      Admin asked, List<String> groups) {
    Map<String, ListConsumerGroupOffsetsSpec> specs = new HashMap<>();
    groups.forEach(it -> specs.put(it, new ListConsumerGroupOffsetsSpec()));
    Map<String, Map<TopicPartition, OffsetAndMetadata>> read = new HashMap<>();
    if (!groups.isEmpty()) {
      var listed = asked.listConsumerGroupOffsets(specs);
      groups.forEach(it ->
          optional(listed.partitionsToOffsetAndMetadata(it))
              .ifPresent(offsets -> read.put(it, offsets)));
    }
    return read;
  }

  /** Empty of a group that was never there. */
  private static Optional<String> health(GroupState state) {
    return switch (state) {
      case STABLE -> Optional.of("READY");
      case PREPARING_REBALANCE, COMPLETING_REBALANCE, ASSIGNING, RECONCILING ->
          Optional.of("STARTING");
      case EMPTY -> Optional.of("STOPPED");
      case DEAD, NOT_READY, UNKNOWN -> Optional.empty();
    };
  }

  private FlowSample.Group group(
      String health,
      Map<TopicPartition, Long> ends,
      Map<TopicPartition, OffsetAndMetadata> offsets) {
    Map<String, Long> read = new HashMap<>();
    Map<String, Long> lag = new HashMap<>();
    offsets.forEach((partition, offset) -> {
      Long end = ends.get(partition); // Internal topics of Kafka Streams are not shown.
      if (end != null && offset != null) {
        read.merge(shortName(partition), offset.offset(), Long::sum);
        lag.merge(shortName(partition), Math.max(0, end - offset.offset()), Long::sum);
      }
    });
    return new FlowSample.Group(health, read, lag);
  }

  private String shortName(TopicPartition partition) {
    return partition.topic().substring(settings.topics().prefix().length());
  }

  /** What Kafka knows; empty if there is no such thing, or no right to see it. */
  private static <T> Optional<T> optional(KafkaFuture<T> future) {
    try {
      return Optional.ofNullable(future.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException timeout) {
        throw timeout;
      }
      return Optional.empty();
    } catch (TimeoutException e) {
      throw new org.apache.kafka.common.errors.TimeoutException(
          "no answer within " + PATIENCE_SECONDS + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }

  @Override
  public void close() {
    if (admin != null) {
      admin.close(Duration.ZERO);
      admin = null;
    }
  }
}
