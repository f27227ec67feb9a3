package io.millrace.cli.deadletters;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.BrokerCommands;
import io.millrace.cli.CommandRun;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.testing.TestKafka;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class DeadLettersCommandTest {

  private final TestKafka kafka = new TestKafka();
  private final BrokerCommands broker = new BrokerCommands(kafka);

  @AfterEach
  void end() {
    kafka.close();
  }

  @Test
  void deadLettersAreListedAndSentAgainAsTheyWere() {
    String documents = kafka.topics().documents().name();
    var record = new ConsumerRecord<>(documents, 1, 17, bytes("k"), bytes("x"));
    record.headers().add("mine", bytes("1"));
    kafka.send(DeadLetters.of(kafka.topics(), "text", record, "not good"));
    var image = new ConsumerRecord<>(kafka.topics().images().name(), 1, 18, bytes("i"), bytes("y"));
    kafka.send(DeadLetters.of(kafka.topics(), "scoring", image, "not good either"));

    String list = broker.run("dead-letters", "list", "--topic", "documents").out();
    CommandRun replay = broker.run("dead-letters", "replay", "--topic", "documents");

    assertThat(list).contains("not good").contains("17").doesNotContain("either");
    assertThat(replay.out()).contains("sent 1 records again");
    var again = kafka.committed(documents).getFirst();
    assertThat(again.key()).isEqualTo(bytes("k"));
    assertThat(again.value()).isEqualTo(bytes("x"));
    assertThat(again.headers()).hasSize(1);
    assertThat(kafka.committed(kafka.topics().images().name())).isEmpty();
  }

  @Test
  void deadLettersThatNoTopicTakesAreNotSentAgain() {
    String documents = kafka.topics().documents().name();
    var cut = new ConsumerRecord<>(documents, 1, 17, bytes("cut"), bytes("x"));
    cut.headers().add(DeadLetters.CUT, bytes("value of 99 bytes"));
    kafka.send(DeadLetters.of(kafka.topics(), "text", cut, "not good"));
    var large = new ConsumerRecord<>(documents, 1, 18, bytes("large"), new byte[8_388_609]);
    kafka.send(DeadLetters.of(kafka.topics(), "text", large, "not good"));
    var small = new ConsumerRecord<>(documents, 1, 19, bytes("small"), bytes("y"));
    kafka.send(DeadLetters.of(kafka.topics(), "text", small, "not good"));

    CommandRun replay = broker.run("dead-letters", "replay");

    assertThat(replay.out()).contains("sent 1 records again").contains("left out 2");
    assertThat(kafka.committed(documents)).hasSize(1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
