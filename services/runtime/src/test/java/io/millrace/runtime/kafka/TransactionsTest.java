package io.millrace.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.lifecycle.RootCause;
import io.millrace.runtime.metrics.LoopMetrics;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.testing.TestKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The brokers refuse a replaced instance and a transaction that took too long in the same way. */
final class TransactionsTest {

  private final TestKafka kafka = new TestKafka();
  private final Settings settings = kafka.settings(Map.of());
  private final String id = settings.common().transactionalId("model");
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final LoopMetrics metrics = LoopMetrics.ofSteps(meters, "test", "dead-letters");

  private String message;

  @AfterEach
  void end() {
    kafka.close();
  }

  @Test
  void whoWasReplacedInTimeIsFenced() {
    assertThat(refused(Duration.ofMinutes(1))).isEqualTo(TransactionFailure.FENCED);

    assertThat(count("millrace.fencings")).isEqualTo(1);
    assertThat(count("millrace.aborts", "reason", "timeout")).isZero();
  }

  @Test
  void whoseTransactionTookLongerThanItsTimeoutTimedOut() {
    assertThat(refused(Duration.ofMillis(1))).isEqualTo(TransactionFailure.TIMED_OUT);

    assertThat(message).contains("its time-out is 1 ms").contains("transaction.timeout.ms");
    assertThat(count("millrace.fencings")).isZero();
    assertThat(count("millrace.aborts", "reason", "timeout")).isEqualTo(1);
  }

  /** The failure of a transaction that another producer ends while it is open. */
  private TransactionFailure refused(Duration timeout) {
    try (var transactions =
        Transactions.fenceAndOpen(
            settings,
            id,
            timeout,
            metrics,
            moment -> {
              if (moment == Transactions.Failpoint.OFFSETS_SENT) {
                replace();
              }
            })) {
      var refusal =
          catchThrowableOfType(
              KafkaException.class, () -> transactions.commit(records(), offsets(), group()));
      TransactionFailure failure = TransactionFailure.of(refusal);
      message = RootCause.message(refusal);
      failure.count(metrics);
      return failure;
    }
  }

  private void replace() {
    try (var other = KafkaClients.transactional(settings, id, Duration.ofMinutes(1))) {
      other.initTransactions();
    }
  }

  private List<ProducerRecord<byte[], byte[]>> records() {
    return List.of(new ProducerRecord<>(kafka.topics().images().name(), new byte[1], new byte[1]));
  }

  private Map<TopicPartition, OffsetAndMetadata> offsets() {
    return Map.of(new TopicPartition(kafka.topics().images().name(), 0), new OffsetAndMetadata(0));
  }

  private ConsumerGroupMetadata group() {
    return new ConsumerGroupMetadata(settings.common().group("test"));
  }

  private double count(String name, String... tags) {
    return meters.get(name).tags(tags).counter().count();
  }
}
