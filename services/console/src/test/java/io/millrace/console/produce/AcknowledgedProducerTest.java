package io.millrace.console.produce;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.http.HttpStatusException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

final class AcknowledgedProducerTest {

  private final List<MockProducer<byte[], byte[]>> made = new ArrayList<>();
  private final AcknowledgedProducer producer =
      new AcknowledgedProducer(() -> {
        var mock =
            new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
        made.add(mock);
        return mock;
      });

  @Test
  void answersWhenTheBrokerHasTheRecord() {
    CompletableFuture<RecordMetadata> answer = send();
    assertThat(answer).isNotDone();

    made.getFirst().completeNext();

    assertThat(answer.join().topic()).isEqualTo("documents");
  }

  @Test
  void aBrokerThatIsGoneIsAnsweredAndTheProducerGoesOn() {
    CompletableFuture<RecordMetadata> answer = send();
    made.getFirst().errorNext(new TimeoutException("no answer"));

    assertThat(status(answer)).isEqualTo(503);
    send();
    assertThat(made).hasSize(1);
  }

  @Test
  void afterAnErrorThatItDoesNotSurviveThereIsAnotherProducer() {
    CompletableFuture<RecordMetadata> answer = send();
    made.getFirst().errorNext(new OutOfOrderSequenceException("lost"));

    assertThat(status(answer)).isEqualTo(503);
    send();
    assertThat(made).hasSize(2);
  }

  /** What else the failed one had under way fails too. */
  @Test
  void theProducerAfterItGoesOn() {
    send();
    send();
    made.getFirst().errorNext(new OutOfOrderSequenceException("lost"));
    send();
    made.getFirst().errorNext(new KafkaException("closed forcefully"));
    send();

    assertThat(made).hasSize(2);
  }

  @Test
  void aTopicThatItMayNotWriteToLeavesItTheOthers() {
    CompletableFuture<RecordMetadata> answer = send();
    made.getFirst().errorNext(new TopicAuthorizationException("documents"));

    assertThat(status(answer)).isEqualTo(503);
    send();
    assertThat(made).hasSize(1);
  }

  @Test
  void theFirstRecordThatFailsAtOnceIsTheLast() {
    send();
    made.getFirst().sendException = new TimeoutException("no metadata");

    var sent = producer.sendInOrder(List.of(record(), record(), record()));

    assertThat(sent).hasSize(1);
    assertThat(status(sent.getFirst())).isEqualTo(503);
  }

  @Test
  void aRecordThatTheTopicDoesNotTakeIsTooLarge() {
    CompletableFuture<RecordMetadata> answer = send();
    made.getFirst().errorNext(new RecordTooLargeException("too large"));

    assertThat(status(answer)).isEqualTo(413);
  }

  @Test
  void afterItsEndNothingIsSent() {
    producer.close();

    assertThat(status(send())).isEqualTo(503);
  }

  private CompletableFuture<RecordMetadata> send() {
    return producer.send(record());
  }

  private static ProducerRecord<byte[], byte[]> record() {
    return new ProducerRecord<>("documents", new byte[] {1}, new byte[] {2});
  }

  private static int status(CompletableFuture<RecordMetadata> answer) {
    try {
      answer.join();
      throw new AssertionError("it was sent");
    } catch (CompletionException e) {
      return ((HttpStatusException) e.getCause()).status();
    }
  }
}
