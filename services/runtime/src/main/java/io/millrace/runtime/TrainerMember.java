package io.millrace.runtime;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A trainer's instance as a member of its group: begins a {@link Tenure} when it has been assigned
 * all partitions, ends it when it loses one or a transaction fails. Used by one thread.
 */
final class TrainerMember<E> implements ConsumerRebalanceListener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TrainerMember.class);
  private static final Duration WAIT = Duration.ofMillis(200);

  private final TrainerContext<E> context;
  private final Consumer<byte[], byte[]> consumer;
  private final ExecutorService decoders;
  private @Nullable Tenure<E> tenure;
  private boolean assignmentChanged;
  private boolean joined;
  private boolean busy;

  TrainerMember(
      TrainerContext<E> context, Consumer<byte[], byte[]> consumer, ExecutorService decoders) {
    this.context = context;
    this.consumer = consumer;
    this.decoders = decoders;
    consumer.subscribe(List.of(context.input()), this);
  }

  /**
   * Polls once and does what can be done then: at most one batch.
   *
   * @return whether this instance trains or stands by; false while it gets ready
   * @throws UnusableStateException if what the topics hold and the settings do not go together
   * @throws KafkaException if the brokers refuse for good
   */
  boolean turn() {
    ConsumerRecords<byte[], byte[]> polled = poll();
    if (assignmentChanged) {
      assignmentChanged = false;
      endTenure();
    }
    try {
      Tenure<E> current = tenure;
      if (current != null) {
        current.accept(polled);
        busy = current.work();
      } else if (joined && ownsAll()) {
        tenure = Tenure.begin(context, consumer, decoders, assignment());
        busy = true;
      }
    } catch (KafkaException e) {
      recover(e);
    }
    return joined && (tenure != null || consumer.assignment().isEmpty());
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> added) {
    context.metrics().rebalanced();
    joined = true;
    if (!added.isEmpty()) {
      assignmentChanged = true;
      // Without a position of our own, the consumer would look for the group's, which may not be.
      added.forEach(partition -> consumer.seek(partition, 0));
      consumer.pause(added);
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> gone) {
    assignmentChanged |= !gone.isEmpty();
  }

  @Override
  public void close() {
    endTenure();
  }

  private ConsumerRecords<byte[], byte[]> poll() {
    try {
      return consumer.poll(busy ? Duration.ZERO : WAIT);
    } catch (OffsetOutOfRangeException e) {
      throw UnusableStateException.resettable(
          context.model(),
          "model %s goes on at %s, which the log has no more"
              .formatted(context.model(), e.offsetOutOfRangePartitions()));
    }
  }

  private void recover(KafkaException e) {
    Failures failure = Failures.of(e);
    if (failure == Failures.FATAL) {
      throw e;
    }
    context.metrics().failed(failure);
    LOG.warn(
        "{} lost its step and restores {} from the topics: {}",
        context.service(),
        context.model(),
        Failures.message(e));
    endTenure();
    joined = false;
    consumer.enforceRebalance("a transaction failed");
  }

  private void endTenure() {
    busy = false;
    if (tenure != null) {
      tenure.close();
      tenure = null;
    }
    consumer.pause(consumer.assignment());
  }

  private boolean ownsAll() {
    int owned = consumer.assignment().size();
    return owned > 0 && owned == consumer.partitionsFor(context.input()).size();
  }

  private List<TopicPartition> assignment() {
    return consumer.assignment().stream()
        .sorted(Comparator.comparingInt(TopicPartition::partition))
        .toList();
  }
}
