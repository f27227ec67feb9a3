package io.millrace.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.batch.BatchCommitter.ProcessedBatch;
import io.millrace.runtime.metrics.LoopMetrics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.clients.consumer.internals.AutoOffsetResetStrategy;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AtLeastOnceCommitterTest {

  private static final TopicPartition FIRST = new TopicPartition("images", 0);
  private static final TopicPartition SECOND = new TopicPartition("images", 1);

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final AskedConsumer consumer = new AskedConsumer();
  private final AtLeastOnceCommitter delivery =
      new AtLeastOnceCommitter(
          producer,
          consumer,
          Duration.ZERO,
          LoopMetrics.ofBatches(new SimpleMeterRegistry(), "test", "dead-letters"),
          moment -> {});

  @BeforeEach
  void own() {
    consumer.assign(List.of(FIRST, SECOND));
  }

  @AfterEach
  void close() {
    delivery.close();
  }

  @Test
  void offsetsAreAskedForWhenAllAnswersUpToThemAreAcknowledged() {
    delivery.enqueue(answered(Map.of(FIRST, 5L), 2));
    delivery.enqueue(answered(Map.of(FIRST, 7L), 1));
    producer.completeNext();

    delivery.maybeCommit();
    assertThat(consumer.asked).isEmpty();

    producer.completeNext();
    delivery.maybeCommit();
    producer.completeNext();
    delivery.maybeCommit();
    assertThat(consumer.asked).containsExactly(offsets(FIRST, 5), offsets(FIRST, 7));
  }

  @Test
  void whatABusyBrokerRefusesIsAskedForAgain() {
    acknowledged(Map.of(FIRST, 5L));
    delivery.maybeCommit();

    consumer.answer(new RetriableCommitFailedException("busy"));
    delivery.maybeCommit();

    assertThat(consumer.asked).containsExactly(offsets(FIRST, 5), offsets(FIRST, 5));
  }

  @Test
  void aRefusalNeverTurnsALaterOffsetBack() {
    acknowledged(Map.of(FIRST, 5L, SECOND, 3L));
    delivery.maybeCommit();
    acknowledged(Map.of(FIRST, 8L));
    delivery.maybeCommit();

    consumer.answer(new RetriableCommitFailedException("busy"));
    delivery.maybeCommit();

    assertThat(consumer.asked.getLast()).isEqualTo(offsets(SECOND, 3));
  }

  @Test
  void whatAnotherOwnsByNowIsNotAskedForAgain() {
    acknowledged(Map.of(FIRST, 5L));
    delivery.maybeCommit();

    consumer.assign(List.of(SECOND));
    consumer.answer(new RetriableCommitFailedException("busy"));
    delivery.maybeCommit();

    assertThat(consumer.asked).hasSize(1);
  }

  @Test
  void anythingElseThatIsRefusedEndsTheDelivery() {
    acknowledged(Map.of(FIRST, 5L));
    delivery.maybeCommit();

    consumer.answer(new TopicAuthorizationException("images"));

    assertThatThrownBy(delivery::maybeCommit).isInstanceOf(TopicAuthorizationException.class);
  }

  @Test
  void anAnswerThatIsNotSentEndsTheDelivery() {
    delivery.enqueue(answered(Map.of(FIRST, 5L), 1));

    producer.errorNext(new KafkaException("gone"));

    assertThatThrownBy(delivery::flush).hasMessage("gone");
    assertThat(consumer.asked).isEmpty();
  }

  private void acknowledged(Map<TopicPartition, Long> offsets) {
    delivery.enqueue(answered(offsets, 1));
    producer.completeNext();
  }

  private static ProcessedBatch answered(Map<TopicPartition, Long> offsets, int answers) {
    List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    for (int i = 0; i < answers; i++) {
      records.add(new ProducerRecord<>("predictions", new byte[] {(byte) i}));
    }
    Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
    offsets.forEach((partition, offset) -> next.put(partition, new OffsetAndMetadata(offset)));
    return new ProcessedBatch(
        records, next, new ConsumerGroupMetadata("test"), new long[] {0}, Map.of(), 0);
  }

  private static Map<TopicPartition, OffsetAndMetadata> offsets(TopicPartition of, long offset) {
    return Map.of(of, new OffsetAndMetadata(offset));
  }

  /** Keeps what it is asked to commit, and answers when the test says so. */
  private static final class AskedConsumer extends MockConsumer<byte[], byte[]> {

    private final List<Map<TopicPartition, OffsetAndMetadata>> asked = new ArrayList<>();
    private final Queue<OffsetCommitCallback> open = new ArrayDeque<>();

    AskedConsumer() {
      super(AutoOffsetResetStrategy.EARLIEST.name());
    }

    @Override
    public synchronized void commitAsync(
        Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
      asked.add(offsets);
      open.add(callback);
    }

    /** Answers the earliest that is open. */
    void answer(@Nullable Exception problem) {
      open.remove().onComplete(asked.get(asked.size() - 1 - open.size()), problem);
    }
  }
}
