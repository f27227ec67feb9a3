package io.millrace.cli.deadletters;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.BrokerCommands;
import io.millrace.cli.CommandRun;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.deadletters.Replays;
import io.millrace.runtime.testing.TestKafka;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
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
    var sent = new ProducerRecord<>(documents, 1, bytes("k"), bytes("x"));
    sent.headers().add("mine", bytes("1"));
    kafka.send(sent);
    var record = kafka.committed(documents).getFirst();
    kafka.send(DeadLetters.of(kafka.topics(), "text", record, "", "not good"));
    var image = new ConsumerRecord<>(kafka.topics().images().name(), 1, 18, bytes("i"), bytes("y"));
    kafka.send(DeadLetters.of(kafka.topics(), "scoring", image, "", "not good either"));

    String list = broker.run("dead-letters", "list", "--topic", "documents").out();
    CommandRun replay = broker.run("dead-letters", "replay", "--topic", "documents");

    assertThat(list).contains("not good").doesNotContain("either");
    assertThat(replay.out()).isEqualTo("sent 1 records again\n");
    var again = kafka.committed(documents).getLast();
    assertThat(again.partition()).isEqualTo(1);
    assertThat(again.offset()).isPositive();
    assertThat(again.key()).isEqualTo(bytes("k"));
    assertThat(again.value()).isEqualTo(bytes("x"));
    assertThat(again.headers())
        .map(Header::key)
        .containsExactly("mine", Replays.OF, Replays.ORIGIN, Replays.COUNT);
    assertThat(kafka.committed(kafka.topics().images().name())).isEmpty();
  }

  @Test
  void deadLettersThatNoTopicTakesAreNotSentAgain() {
    String documents = kafka.topics().documents().name();
    var cut = new ConsumerRecord<>(documents, 1, 17, bytes("cut"), bytes("x"));
    cut.headers().add(DeadLetters.CUT, bytes("value of 99 bytes"));
    kafka.send(DeadLetters.of(kafka.topics(), "text", cut, "", "not good"));
    var large = new ConsumerRecord<>(documents, 1, 18, bytes("large"), new byte[8_388_609]);
    kafka.send(DeadLetters.of(kafka.topics(), "text", large, "", "not good"));
    refuse("documents", "small", "y");

    CommandRun replay = broker.run("dead-letters", "replay");

    assertThat(replay.out()).contains("sent 1 records again").contains("left out 2 records that");
    assertThat(kafka.committed(documents)).hasSize(2);
  }

  @Test
  void theListShowsTheKeyAndLeavesTheTerminalAlone() {
    letter("documents", 17, "mail-1", "x", "not good");
    letter("documents", 18, null, "x", "not\u001b[2J good");
    letter("documents", 19, "a\nb", "x", "not good");

    String list = broker.run("dead-letters", "list").out();

    assertThat(list.lines().findFirst().orElseThrow().split(" +"))
        .containsExactly(
            "TIME", "TOPIC", "PARTITION", "OFFSET", "KEY", "BYTES", "REPLAYS", "REASON");
    assertThat(list).contains("17      mail-1").contains("18      none").contains("a\\nb");
    assertThat(list).doesNotContain("\u001b").contains("not\\u001b[2J good");
  }

  @Test
  void aRecordIsShownWithItsReasonItsHeadersAndItsContent() {
    var record =
        new ConsumerRecord<>(
            kafka.topics().documents().name(),
            1,
            17,
            bytes("mail-1"),
            bytes("two\nlines\u001b[2J"));
    record.headers().add("content-type", bytes("text/plain"));
    kafka.send(DeadLetters.of(kafka.topics(), "text", record, "", "not good"));
    letter("documents", 18, "other", "x", "something else");

    String shown = broker.run("dead-letters", "show", "documents-1-17").out();

    assertThat(shown)
        .contains("place    documents-1-17")
        .contains("reason   not good")
        .contains("refused  by text at ")
        .contains("key      mail-1 (6 bytes)")
        .contains("header   content-type: text/plain")
        .contains("value    13 bytes, text")
        .contains("\ntwo\nlines\\u001b[2J\n")
        .doesNotContain("millrace-dead-letter")
        .doesNotContain("something else");
    assertThat(broker.run("dead-letters", "show", "mail-1").out()).isEqualTo(shown);
  }

  @Test
  void jsonIsIndentedAndBytesAreDumped() {
    letter("documents", 1, "json", "{\"label\":1.10,\"text\":[\"a\"]}", "not good");
    letter("images", 2, null, "\u0000PNG\u0001", "not good");
    letter("images", 3, "none", null, "not good");

    assertThat(broker.run("dead-letters", "show", "json").out())
        .contains("value    27 bytes, JSON")
        .contains("{\n  \"label\" : 1.10,\n  \"text\" : [ \"a\" ]\n}\n");
    assertThat(broker.run("dead-letters", "show", "images-1-2").out())
        .contains("key      none")
        .contains("value    5 bytes, no text")
        .contains("00000000  00 50 4e 47 01                                   |.PNG.|");
    assertThat(broker.run("dead-letters", "show", "none").out()).contains("value    none");
  }

  @Test
  void longContentIsCutAndSaysSo() {
    letter("documents", 1, "long", "ab".repeat(5000), "not good");

    assertThat(broker.run("dead-letters", "show").out())
        .contains("… and 5,904 characters; --bytes");
    assertThat(broker.run("dead-letters", "show", "--bytes", "10000").out())
        .endsWith("ab".repeat(5000) + "\n");
  }

  @Test
  void withoutANameTheLastIsShown() {
    letter("documents", 1, "first", "x", "not good");
    letter("documents", 2, "second", "x", "not good");

    assertThat(broker.run("dead-letters", "show").out())
        .contains("second")
        .doesNotContain("first")
        .contains("the last of 2 dead letters");
    assertThat(broker.run("dead-letters", "show", "--limit", "2").out())
        .contains("first")
        .contains("second");
    assertThat(broker.run("dead-letters", "show", "third").status()).isEqualTo(1);
  }

  @Test
  void aTopicThatIsNotThereIsRefusedWithTheTopics() {
    letter("images", 1, "cat", "x", "not good");

    CommandRun wrong = broker.run("dead-letters", "list", "--topic", "image");
    CommandRun full = broker.run("dead-letters", "list", "--topic", kafka.topics().images().name());
    CommandRun none = broker.run("dead-letters", "list", "--topic", "labels");

    assertThat(wrong.status()).isEqualTo(1);
    assertThat(wrong.err())
        .contains("there is no topic")
        .contains("the topics are")
        .contains("images");
    assertThat(full.out()).contains("cat").contains("not good");
    assertThat(none.status()).isZero();
    assertThat(none.out()).contains("there are no dead letters");
  }

  @Test
  void aRecordThatIsNotThereIsRefusedBeforeAnythingIsSent() {
    refuse("documents", "d05", "x");

    CommandRun replay = broker.run("dead-letters", "replay", "nosuch", "d05");
    CommandRun topic = broker.run("dead-letters", "replay", "d05", "--topic", "images");

    assertThat(replay.status()).isEqualTo(1);
    assertThat(replay.err()).contains("there is no such dead letter: nosuch;");
    assertThat(topic.err()).contains("there is no such dead letter of the topic images: d05");
    assertThat(kafka.committed(kafka.topics().documents().name())).hasSize(1);
    assertThat(broker.run("dead-letters", "replay", "d05").out()).contains("sent 1 records again");
  }

  @Test
  void aTopicThatIsNotInTheCatalogueIsRefusedBeforeAnythingIsSent() {
    letter("documents", 1, "good", "x", "not good");
    letter("elsewhere", 2, "bad", "x", "not good");

    CommandRun replay = broker.run("dead-letters", "replay");

    assertThat(replay.status()).isEqualTo(1);
    assertThat(replay.err()).contains("not in the catalogue").contains("elsewhere");
    assertThat(kafka.committed(kafka.topics().documents().name())).isEmpty();
  }

  /** Sends a record, and its dead letter as its reporter makes it. */
  private void refuse(String topic, String key, String value) {
    String name = kafka.topics().prefix() + topic;
    kafka.send(new ProducerRecord<>(name, bytes(key), bytes(value)));
    var record =
        kafka.committed(name).stream()
            .filter(it -> Arrays.equals(it.key(), bytes(key)))
            .max(Comparator.comparingLong(ConsumerRecord::offset))
            .orElseThrow();
    kafka.send(DeadLetters.of(kafka.topics(), "text", record, "", "not good"));
  }

  private void letter(String topic, long offset, String key, String value, String reason) {
    var record =
        new ConsumerRecord<>(
            kafka.topics().prefix() + topic,
            1,
            offset,
            key == null ? null : bytes(key),
            value == null ? null : bytes(value));
    kafka.send(DeadLetters.of(kafka.topics(), "text", record, "", reason));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
