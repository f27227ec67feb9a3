package io.millrace.runtime.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.lifecycle.Service.Health;
import io.millrace.runtime.testing.TestKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service whose transaction the brokers end, and one whose topology fails. */
final class StreamsServiceTest {

  private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(1);

  @TempDir private Path folder;
  private final TestKafka kafka = new TestKafka();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @AfterEach
  void close() {
    kafka.close();
  }

  @Test
  void aTransactionThatWasOpenForTooLongIsProcessedAgain() {
    var seen = new AtomicInteger();
    StreamsService service =
        start(value -> {
          if (value.equals("2") && seen.incrementAndGet() == 1) {
            // As where the machine gives the process no processor time while a transaction is open.
            LockSupport.parkNanos(TRANSACTION_TIMEOUT.multipliedBy(4).toNanos());
          }
        });

    assertThat(copiesOfThree()).containsExactly("1", "2", "3");
    assertThat(seen.get()).isGreaterThan(1);
    TestKafka.await("ready again", () -> service.health() == Health.READY);
    service.close(Duration.ofSeconds(10));
  }

  @Test
  void anotherThreadProcessesAgainWhatAnEndedTransactionHeld() {
    var seen = new AtomicInteger();
    StreamsService service =
        start(value -> {
          if (value.equals("2") && seen.incrementAndGet() == 1) {
            // What Kafka Streams throws where the coordinator ends a transaction just before its
            // commit.
            throw new StreamsException("commit", new InvalidTxnStateException("invalid state"));
          }
        });

    assertThat(copiesOfThree()).containsExactly("1", "2", "3");
    assertThat(seen.get()).isEqualTo(2);
    TestKafka.await("ready again", () -> service.health() == Health.READY);
    TestKafka.await("one thread is left", () -> service.progress().length == 1);
    assertThat(meters.counter("millrace.aborts", "service", "copy", "reason", "timeout").count())
        .isEqualTo(1);
    service.close(Duration.ofSeconds(10));
  }

  @Test
  void anotherThreadProcessesAgainWhatTheBrokersAnsweredWithAnErrorThatNobodyExpects() {
    var seen = new AtomicInteger();
    StreamsService service =
        start(value -> {
          if (value.equals("2") && seen.incrementAndGet() == 1) {
            // What Kafka Streams throws where an overloaded broker fails to end a transaction.
            throw new StreamsException(
                "commit",
                new KafkaException(
                    "Unhandled error in EndTxnResponse: The server experienced an unexpected"
                        + " error"));
          }
        });

    assertThat(copiesOfThree()).containsExactly("1", "2", "3");
    assertThat(seen.get()).isEqualTo(2);
    TestKafka.await("ready again", () -> service.health() == Health.READY);
    assertThat(meters.counter("millrace.aborts", "service", "copy", "reason", "error").count())
        .isEqualTo(1);
    service.close(Duration.ofSeconds(10));
  }

  @Test
  void anExceptionOfTheTopologyStopsIt() {
    StreamsService service =
        start(value -> {
          throw new IllegalStateException("the value is " + value);
        });
    send("bad");

    TestKafka.await("the service failed", () -> service.health() == Health.FAILED);
    assertThat(service.failure()).contains("the value is bad");
    service.close(Duration.ofSeconds(10));
  }

  /**
   * Copies values.
   *
   * @param afterwards is called with each, when it was given to the producer
   */
  private StreamsService start(Consumer<String> afterwards) {
    var settings =
        kafka.settings(
            Map.of(
                "state.directory",
                folder.toString(),
                "kafka.transaction.timeout.ms",
                Long.toString(TRANSACTION_TIMEOUT.toMillis())));
    var service = new StreamsService("copy", settings, copying(afterwards), registry -> {});
    service.bindTo(meters);
    service.start();
    return service;
  }

  private Topology copying(Consumer<String> afterwards) {
    var builder = new StreamsBuilder();
    KStream<byte[], String> images =
        builder.stream(
            kafka.topics().images().name(),
            Consumed.with(Serdes.ByteArray(), Serdes.String()).withName("read"));
    images.to(
        kafka.topics().labels().name(),
        Produced.with(Serdes.ByteArray(), Serdes.String()).withName("write"));
    images.foreach((key, value) -> afterwards.accept(value), Named.as("afterwards"));
    return builder.build();
  }

  private List<String> copiesOfThree() {
    send("1");
    kafka.await(kafka.topics().labels().name(), 1);
    send("2");
    send("3");
    return kafka.await(kafka.topics().labels().name(), 3).stream()
        .map(record -> new String(record.value(), UTF_8))
        .toList();
  }

  private void send(String value) {
    kafka.send(
        new ProducerRecord<>(
            kafka.topics().images().name(), 0, "key".getBytes(UTF_8), value.getBytes(UTF_8)));
  }
}
