package io.millrace.runtime.batch;

import io.millrace.runtime.batch.BatchCommitter.ProcessedBatch;
import io.millrace.runtime.kafka.BoundedConsumer;
import io.millrace.runtime.kafka.TopicIds;
import io.millrace.runtime.kafka.TransactionFailure;
import io.millrace.runtime.lifecycle.RootCause;
import io.millrace.runtime.metrics.LoopMetrics;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.Polls;
import io.millrace.runtime.records.TraceContext;
import io.millrace.runtime.records.Traces;
import io.millrace.runtime.settings.IncompatibleStateException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An instance of a batch loop as a member of its consumer group: polls, has the records processed
 * and hands the batch to a {@link BatchCommitter}. Used by one thread.
 */
final class BatchGroupMember implements ConsumerRebalanceListener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BatchGroupMember.class);
  private static final Duration WAIT = Duration.ofMillis(200);

  /** A batch with fewer records costs more around them than for them. */
  private static final int FEW_RECORDS = 32;

  private final String service;
  private final BatchProcessor processor;
  private final Consumer<byte[], byte[]> consumer;
  private final UnaryOperator<String> topicIds;
  private final Map<String, String> idsOfPositions = new HashMap<>();
  private final LoopMetrics metrics;
  private final Supplier<BatchCommitter> committers;
  private final long gatheringNanos;
  private volatile @Nullable BatchCommitter committer;
  private boolean joined;
  private boolean positionsUnknown = true;

  BatchGroupMember(
      String service,
      BatchProcessor processor,
      Consumer<byte[], byte[]> consumer,
      UnaryOperator<String> topicIds,
      LoopMetrics metrics,
      Supplier<BatchCommitter> opener,
      Duration gathering) {
    this.service = service;
    this.processor = processor;
    this.consumer = consumer;
    this.topicIds = topicIds;
    this.metrics = metrics;
    this.committers = opener;
    this.gatheringNanos = gathering.toNanos();
    consumer.subscribe(processor.topics(), this);
  }

  /**
   * Polls once and answers what came.
   *
   * @return whether this instance is a working member of its group
   * @throws IncompatibleStateException if a committed offset is gone from the log
   * @throws KafkaException if the brokers refuse for good
   */
  boolean runOnce() {
    pauseTopicsNotReady();
    ConsumerRecords<byte[], byte[]> polled = poll(commitDue());
    long polledNanos = System.nanoTime();
    BatchCommitter open = committer;
    if (open != null) {
      try {
        if (positionsUnknown) {
          seekToCommitted(open);
        } else if (!polled.isEmpty()) {
          open.enqueue(process(polled));
          if (polled.count() < FEW_RECORDS) {
            LockSupport.parkNanos(polledNanos + gatheringNanos - System.nanoTime());
          }
        }
      } catch (KafkaException e) {
        recover(e);
      }
    }
    return joined && committer != null;
  }

  /** Opens a committer if there is none; returns how long the next poll may wait. */
  private Duration commitDue() {
    try {
      BatchCommitter open = committer == null ? committers.get() : committer;
      committer = open;
      Duration until = open.maybeCommit();
      return until.compareTo(WAIT) < 0 ? until : WAIT;
    } catch (KafkaException e) {
      recover(e);
      return WAIT;
    }
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> added) {
    metrics.rebalanced();
    joined = true;
    if (!added.isEmpty()) {
      positionsUnknown = true;
      // Without a position the consumer would use the group's, which may not exist.
      added.forEach(partition -> consumer.seek(partition, 0));
      consumer.pause(added);
    }
  }

  /** Commits their batches first: other members continue from there. */
  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> gone) {
    try {
      flushCommitter();
    } catch (KafkaException e) {
      recover(e);
    }
  }

  @Override
  public void close() {
    try {
      flushCommitter();
    } catch (RuntimeException e) {
      LOG.warn(
          "the last batches of {} are processed again at the next start: {}",
          service,
          RootCause.message(e));
    } finally {
      closeCommitter();
    }
  }

  /** Ends a commit that waits for a topic that is gone; called on another thread. */
  void abandonCommit() {
    BatchCommitter open = committer;
    if (open != null) {
      open.close();
    }
  }

  private void flushCommitter() {
    BatchCommitter open = committer;
    if (open != null) {
      open.flush();
    }
  }

  private void closeCommitter() {
    BatchCommitter open = committer;
    committer = null;
    if (open != null) {
      open.close();
    }
  }

  /**
   * Processes what a poll brought, topic by topic. Control records are not processed, but the
   * offsets go on past them.
   */
  private ProcessedBatch process(ConsumerRecords<byte[], byte[]> polled) {
    long started = System.nanoTime();
    if (Traces.areExported()) {
      Polls.polled(
          service, consumer.groupMetadata().groupId(), BoundedConsumer.clientId(consumer), polled);
    }
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    Map<String, List<ConsumerRecord<byte[], byte[]>>> recordsByTopic = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      offsets.put(
          new TopicPartition(record.topic(), record.partition()),
          new OffsetAndMetadata(
              record.offset() + 1, idsOfPositions.getOrDefault(record.topic(), "")));
      if (!ControlRecords.isMarker(record.headers(), record.value())) {
        recordsByTopic.computeIfAbsent(record.topic(), _ -> new ArrayList<>()).add(record);
      }
    }
    List<ProducerRecord<byte[], byte[]>> answers = new ArrayList<>();
    recordsByTopic.forEach((topic, records) ->
        answers.addAll(processor.process(topic, Collections.unmodifiableList(records))));
    long[] times =
        recordsByTopic.values().stream()
            .flatMap(List::stream)
            .mapToLong(ConsumerRecord::timestamp)
            .toArray();
    return new ProcessedBatch(
        answers,
        offsets,
        consumer.groupMetadata(),
        times,
        Traces.areExported() ? contexts(recordsByTopic.values()) : Map.of(),
        started);
  }

  private static Map<Integer, TraceContext> contexts(
      Collection<List<ConsumerRecord<byte[], byte[]>>> records) {
    Map<Integer, TraceContext> contexts = new HashMap<>();
    int index = 0;
    for (List<ConsumerRecord<byte[], byte[]>> ofTopic : records) {
      for (ConsumerRecord<byte[], byte[]> record : ofTopic) {
        int place = index++;
        Traces.sampled(record.headers()).ifPresent(it -> contexts.put(place, it));
      }
    }
    return contexts;
  }

  /**
   * Continues at the group's offsets, after transactions that are about to set them. Their metadata
   * name the ids of cluster and topic: offsets of a topic that is gone say nothing of the one of
   * its name. Those of another cluster were translated by whoever copied them.
   */
  private void seekToCommitted(BatchCommitter open) {
    open.flush();
    idsOfPositions.clear();
    for (TopicPartition partition : consumer.assignment()) {
      idsOfPositions.computeIfAbsent(partition.topic(), topicIds);
    }
    List<TopicPartition> begun = new ArrayList<>();
    consumer
        .committed(consumer.assignment())
        .forEach((partition, offset) -> {
          if (offset == null && processor.beginsAtEnd()) {
            consumer.seekToEnd(List.of(partition));
            begun.add(partition);
          } else if (offset == null || isOfAnother(partition, offset)) {
            consumer.seekToBeginning(List.of(partition));
          } else {
            consumer.seek(partition, offset.offset());
          }
        });
    if (!begun.isEmpty()) {
      commitPositions(open, begun);
    }
    positionsUnknown = false;
  }

  private void commitPositions(BatchCommitter open, List<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    for (TopicPartition partition : partitions) {
      positions.put(
          partition,
          new OffsetAndMetadata(
              consumer.position(partition), idsOfPositions.getOrDefault(partition.topic(), "")));
    }
    open.enqueue(
        new ProcessedBatch(
            List.of(),
            positions,
            consumer.groupMetadata(),
            new long[0],
            Map.of(),
            System.nanoTime()));
    open.flush();
  }

  private boolean isOfAnother(TopicPartition partition, OffsetAndMetadata offset) {
    String id = idsOfPositions.getOrDefault(partition.topic(), "");
    boolean another =
        TopicIds.isSameCluster(id, offset.metadata()) && !offset.metadata().equals(id);
    if (another) {
      LOG.warn(
          "{} reads {} from its beginning: the offset {} of its group is of the topic with the id"
              + " {}, which was deleted",
          service,
          partition,
          offset.offset(),
          offset.metadata());
    }
    return another;
  }

  private void pauseTopicsNotReady() {
    if (positionsUnknown) {
      consumer.pause(consumer.assignment());
      return;
    }
    Set<TopicPartition> held = new HashSet<>();
    Set<TopicPartition> flowing = new HashSet<>();
    Map<String, Boolean> ready = new HashMap<>();
    for (TopicPartition partition : consumer.assignment()) {
      boolean flows = ready.computeIfAbsent(partition.topic(), processor::ready);
      (flows ? flowing : held).add(partition);
    }
    consumer.pause(held);
    consumer.resume(flowing);
  }

  private ConsumerRecords<byte[], byte[]> poll(Duration wait) {
    try {
      return consumer.poll(wait);
    } catch (OffsetOutOfRangeException e) {
      if (processor.beginsAtEnd()) {
        LOG.warn(
            "{} goes on at the end of the log: it no longer has the offsets {}",
            service,
            e.offsetOutOfRangePartitions());
        consumer.seekToEnd(e.offsetOutOfRangePartitions().keySet());
        return ConsumerRecords.empty();
      }
      throw new IncompatibleStateException(
          ("%s continues at %s, but the log no longer has that offset: set the offsets of its group"
                  + " %s with `kafka-consumer-groups.sh --reset-offsets`")
              .formatted(
                  service, e.offsetOutOfRangePartitions(), consumer.groupMetadata().groupId()));
    }
  }

  private void recover(KafkaException e) {
    TransactionFailure failure = TransactionFailure.of(e);
    if (failure == TransactionFailure.FATAL) {
      throw e;
    }
    failure.count(metrics);
    LOG.warn(
        "{} could not commit a batch and processes it again: {}", service, RootCause.message(e));
    closeCommitter();
    positionsUnknown = true;
  }
}
