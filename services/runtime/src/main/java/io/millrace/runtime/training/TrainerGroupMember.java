package io.millrace.runtime.training;

import io.millrace.runtime.kafka.BoundedConsumer;
import io.millrace.runtime.kafka.TransactionFailure;
import io.millrace.runtime.lifecycle.RootCause;
import io.millrace.runtime.records.Polls;
import io.millrace.runtime.records.Traces;
import io.millrace.runtime.settings.IncompatibleStateException;
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
 * An instance of a trainer as a member of its consumer group: begins a {@link TrainingSession} when
 * it has been assigned all partitions, and ends it when it loses one or a transaction fails. Used
 * by one thread.
 */
final class TrainerGroupMember<E> implements ConsumerRebalanceListener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TrainerGroupMember.class);
  private static final Duration WAIT = Duration.ofMillis(200);

  private final TrainerContext<E> context;
  private final Consumer<byte[], byte[]> consumer;
  private final ExecutorService decoders;
  private volatile @Nullable TrainingSession<E> session;
  private boolean assignmentChanged;
  private boolean joined;
  private boolean busy;

  TrainerGroupMember(
      TrainerContext<E> context, Consumer<byte[], byte[]> consumer, ExecutorService decoders) {
    this.context = context;
    this.consumer = consumer;
    this.decoders = decoders;
    consumer.subscribe(List.of(context.input()), this);
  }

  /**
   * Polls once and learns from at most one batch.
   *
   * @return whether this instance trains or stands by; false while it gets ready
   * @throws IncompatibleStateException if the state on the topics does not match the settings
   * @throws KafkaException if the brokers refuse for good
   */
  boolean runOnce() {
    ConsumerRecords<byte[], byte[]> polled = poll();
    if (assignmentChanged) {
      assignmentChanged = false;
      endSession();
    }
    try {
      TrainingSession<E> current = session;
      if (current != null) {
        current.buffer(polled);
        busy = current.runOnce();
      } else if (joined && ownsAll()) {
        session = TrainingSession.takeOver(context, consumer, decoders, assignment());
        busy = true;
      }
    } catch (KafkaException e) {
      recover(e);
    }
    return joined && (session != null || consumer.assignment().isEmpty());
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> added) {
    context.metrics().rebalanced();
    joined = true;
    if (!added.isEmpty()) {
      assignmentChanged = true;
      // Without a position the consumer would use the group's, which may not exist.
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
    endSession();
  }

  private ConsumerRecords<byte[], byte[]> poll() {
    try {
      ConsumerRecords<byte[], byte[]> polled = consumer.poll(busy ? Duration.ZERO : WAIT);
      if (Traces.areExported()) {
        Polls.polled(
            context.model(),
            consumer.groupMetadata().groupId(),
            BoundedConsumer.clientId(consumer),
            polled);
      }
      return polled;
    } catch (OffsetOutOfRangeException e) {
      throw IncompatibleStateException.resettable(
          context.model(),
          "model %s continues at %s, but the log no longer has that offset"
              .formatted(context.model(), e.offsetOutOfRangePartitions()));
    }
  }

  private void recover(KafkaException e) {
    TransactionFailure failure = TransactionFailure.of(e);
    if (failure == TransactionFailure.FATAL) {
      throw e;
    }
    failure.count(context.metrics());
    LOG.warn(
        "{} could not commit a step and restores model {} from the topics: {}",
        context.service(),
        context.model(),
        RootCause.message(e));
    endSession();
    joined = false;
    consumer.enforceRebalance("a transaction failed");
  }

  /** Ends a commit that waits for a topic that is gone; called on another thread. */
  void abandonCommit() {
    TrainingSession<E> current = session;
    if (current != null) {
      current.abandonCommit();
    }
  }

  private void endSession() {
    busy = false;
    TrainingSession<E> current = session;
    session = null;
    if (current != null) {
      current.close();
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
