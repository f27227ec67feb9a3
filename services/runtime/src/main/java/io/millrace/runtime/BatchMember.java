package io.millrace.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
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

/** An instance of a batch loop as a member of its group. Used by one thread. */
final class BatchMember implements ConsumerRebalanceListener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(BatchMember.class);
  private static final Duration WAIT = Duration.ofMillis(200);

  private final String service;
  private final BatchProcessor processor;
  private final Consumer<byte[], byte[]> consumer;
  private final LoopMetrics metrics;
  private final Supplier<Transactions> opener;
  private @Nullable Transactions transactions;
  private boolean joined;
  private boolean positionsUnknown = true;

  BatchMember(
      String service,
      BatchProcessor processor,
      Consumer<byte[], byte[]> consumer,
      LoopMetrics metrics,
      Supplier<Transactions> opener) {
    this.service = service;
    this.processor = processor;
    this.consumer = consumer;
    this.metrics = metrics;
    this.opener = opener;
    consumer.subscribe(processor.topics(), this);
  }

  /**
   * Polls once and answers what came.
   *
   * @return whether this instance is a working member of its group
   * @throws UnusableStateException if an offset to go on from is gone from the log
   * @throws KafkaException if the brokers refuse for good
   */
  boolean turn() {
    holdBackWhatIsNotReady();
    ConsumerRecords<byte[], byte[]> polled = poll();
    try {
      Transactions open = transactions == null ? opener.get() : transactions;
      transactions = open;
      if (positionsUnknown) {
        goOnFromCommitted();
      } else if (!polled.isEmpty()) {
        answer(polled, open);
      }
    } catch (KafkaException e) {
      recover(e);
    }
    return joined && transactions != null;
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> added) {
    metrics.rebalanced();
    joined = true;
    if (!added.isEmpty()) {
      positionsUnknown = true;
      // Without a position of our own, the consumer would look for the group's, which may not be.
      added.forEach(partition -> consumer.seek(partition, 0));
      consumer.pause(added);
    }
  }

  /** Nothing is in flight while the consumer polls. */
  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> gone) {}

  @Override
  public void close() {
    if (transactions != null) {
      transactions.close();
      transactions = null;
    }
  }

  private void answer(ConsumerRecords<byte[], byte[]> polled, Transactions open) {
    long started = System.nanoTime();
    List<ConsumerRecord<byte[], byte[]>> batch = new ArrayList<>(polled.count());
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      offsets.put(
          new TopicPartition(record.topic(), record.partition()),
          new OffsetAndMetadata(record.offset() + 1));
      if (!Markers.isMarker(record.headers(), record.value())) {
        batch.add(record);
      }
    }
    List<ProducerRecord<byte[], byte[]>> answers =
        batch.isEmpty() ? List.of() : processor.process(List.copyOf(batch));
    open.commit(answers, offsets, consumer.groupMetadata());
    metrics.committed(
        batch.stream().mapToLong(ConsumerRecord::timestamp).toArray(),
        0,
        answers,
        Duration.ofNanos(System.nanoTime() - started));
  }

  /** Waits for transactions that are about to set the group's offsets. */
  private void goOnFromCommitted() {
    consumer
        .committed(consumer.assignment())
        .forEach((partition, offset) -> {
          if (offset == null) {
            consumer.seekToBeginning(List.of(partition));
          } else {
            consumer.seek(partition, offset.offset());
          }
        });
    positionsUnknown = false;
  }

  private void holdBackWhatIsNotReady() {
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

  private ConsumerRecords<byte[], byte[]> poll() {
    try {
      return consumer.poll(WAIT);
    } catch (OffsetOutOfRangeException e) {
      throw new UnusableStateException(
          ("%s goes on at %s, which the log has no more; set its group %s to where it shall go on"
                  + " with `kafka-consumer-groups.sh --reset-offsets`")
              .formatted(
                  service, e.offsetOutOfRangePartitions(), consumer.groupMetadata().groupId()));
    }
  }

  private void recover(KafkaException e) {
    Failures failure = Failures.of(e);
    if (failure == Failures.FATAL) {
      throw e;
    }
    metrics.failed(failure);
    LOG.warn("{} lost a batch and does it again: {}", service, Failures.message(e));
    close();
    positionsUnknown = true;
  }
}
