package io.millrace.cli.deadletters;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.BrokerCommands;
import io.millrace.cli.CommandRun;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.deadletters.Replays;
import io.millrace.runtime.kafka.TopicIds;
import io.millrace.runtime.testing.TestKafka;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A replay sends each dead letter once, and undoes nothing. */
final class DeadLettersReplayTest {

  private final TestKafka kafka = new TestKafka();
  private final BrokerCommands broker = new BrokerCommands(kafka);
  private final String documents = kafka.topics().documents().name();
  private final String images = kafka.topics().images().name();
  private final Map<TopicPartition, Long> reported = new HashMap<>();

  /** Which values the reporter refuses. */
  private Predicate<String> refused = value -> value.startsWith("bad");

  @AfterEach
  void end() {
    kafka.close();
  }

  @Test
  void kReplaysOfARecordThatStaysBadMakeOneDeadLetter() {
    send(documents, "mail-1", "bad");
    send(images, null, "bad image");
    report();

    for (int k = 1; k <= 3; k++) {
      assertThat(replay().out()).startsWith("sent 2 records again\n");
      report();

      assertThat(broker.run("dead-letters", "list", "--json").out().lines())
          .as("after %d replays", k)
          .hasSize(2)
          .allMatch(contains("\"replays\":" + k))
          .allMatch(contains("\"open\":true"));
    }
    assertThat(kafka.committed(documents)).hasSize(4);
    assertThat(kafka.committed(images)).hasSize(4);
    assertThat(broker.run("dead-letters", "show", "mail-1").out())
        .contains("sent again and refused again 3 times; first refused at " + documents)
        .doesNotContain("millrace-replay");
  }

  @Test
  void aReplayRunThreeTimesSendsWhatWasMendedOnce() {
    send(documents, "a", "bad a");
    send(documents, "b", "bad b");
    send(documents, "c", "good c");
    report();
    refused = value -> false;

    List<String> outs = List.of(replay().out(), replay().out(), replay().out());
    report();

    assertThat(outs.getFirst()).isEqualTo("sent 2 records again\n");
    assertThat(outs.subList(1, 3))
        .allSatisfy(out -> assertThat(out).contains("sent 0 records").contains("left out 2"));
    assertThat(live()).isEqualTo(Map.of("a", "bad a", "b", "bad b", "c", "good c"));
    assertThat(kafka.committed(documents)).hasSize(5);
    assertThat(broker.run("dead-letters", "list").out())
        .contains("there are no dead letters")
        .contains("2 more were sent again");
  }

  @Test
  void anOlderVersionIsLeftOutUnlessAsked() {
    send(documents, "mail-1", "bad old");
    send(documents, "mail-2", "bad then deleted");
    send(documents, "mail-3", "bad and then bad again");
    report();
    send(documents, "mail-1", "good new");
    send(documents, "mail-2", null);
    send(documents, "mail-3", "bad newest");
    report();

    String dry = replay("--dry-run").out();
    String out = replay().out();
    String third = replay().out();

    assertThat(dry).contains("would send 1 records again").contains("key mail-3: not good");
    assertThat(out)
        .contains("sent 1 records again")
        .contains("left out 3 records that would undo a newer record of their key")
        .containsPattern("documents-\\d-\\d, key mail-1: not good, by documents-\\d-\\d");
    assertThat(third).contains("sent 0 records again");
    assertThat(live()).isEqualTo(Map.of("mail-1", "good new", "mail-3", "bad newest"));
    assertThat(replay("--superseded", "mail-1").out()).contains("sent 1 records again");
    assertThat(live()).containsEntry("mail-1", "bad old");
  }

  @Test
  void aDocumentThatCompactionHasForgottenDoesNotComeBack() {
    var gone = new ConsumerRecord<>(documents, 1, 17, bytes("mail-1"), bytes("bad"));
    kafka.send(DeadLetters.of(kafka.topics(), "text", gone, "", "not good"));

    assertThat(replay().out()).contains("sent 0").contains("by a record that is gone");
    assertThat(kafka.committed(documents)).isEmpty();
  }

  @Test
  void anOffsetOfATopicThatWasMadeAgainSaysNothing() {
    String id = new TopicIds(kafka.settings(Map.of())).apply(documents);
    for (String key : List.of("mail-1", "mail-2")) {
      kafka.send(DeadLetters.of(kafka.topics(), "text", old(key, 0), id, "not good"));
    }
    kafka.makeAgain(documents);
    // Behind the letter's offset in the new topic, but earlier than its record in time.
    kafka.send(new ProducerRecord<>(documents, 0, bytes("other"), bytes("good")));
    kafka.send(new ProducerRecord<>(documents, 0, 500L, bytes("mail-1"), bytes("good older")));
    kafka.send(new ProducerRecord<>(documents, 0, 1_500L, bytes("mail-2"), bytes("good newer")));

    String out = replay().out();

    assertThat(out)
        .contains("sent 1 records again")
        .contains("key mail-2: not good, by documents-0-2");
    assertThat(live()).containsEntry("mail-1", "bad mail-1").containsEntry("mail-2", "good newer");
  }

  @Test
  void inACopyOnAnotherClusterWhatIsGoneDoesNotComeBack() {
    // Under another offset, but with its time.
    kafka.send(new ProducerRecord<>(documents, 0, 1_000L, bytes("kept"), bytes("bad kept")));
    for (String key : List.of("kept", "deleted")) {
      kafka.send(
          DeadLetters.of(
              kafka.topics(), "text", old(key, 17), "other-cluster/other-topic", "not good"));
    }

    String out = replay().out();

    assertThat(out)
        .contains("sent 1 records again")
        .contains("key deleted: not good, by a record that is gone");
    assertThat(live()).isEqualTo(Map.of("kept", "bad kept"));
  }

  @Test
  void aDryRunSendsAndRemembersNothing() {
    send(images, "cat", "bad");
    report();

    assertThat(replay("--dry-run").out()).contains("would send 1 records again");
    assertThat(replay("--dry-run", "--json").out())
        .contains("\"dryRun\":true,\"sent\":1")
        .contains("\"superseded\":0");

    assertThat(kafka.committed(images)).hasSize(1);
    assertThat(replay().out()).contains("sent 1 records again");
  }

  @Test
  void conditionsSelect() {
    send(documents, "mail-1", "bad");
    send(documents, "note-1", "bad");
    send(images, "mail-1", "bad");
    report();

    assertThat(replay("--dry-run", "--where", "key=mail-*").out()).contains("would send 2 ");
    assertThat(replay("--dry-run", "--where", "key=mail-*", "--where", "topic=" + images).out())
        .contains("would send 1 ");
    assertThat(replay("--dry-run", "--where", "reason=NOT GOOD").out()).contains("would send 3 ");
    assertThat(replay("--dry-run", "--where", "reason=UTF-8").out()).contains("would send 0 ");
    assertThat(replay("--dry-run", "--where", "offset=1..5").out()).contains("would send ");
    assertThat(replay("--dry-run", "--where", "time=..2020-01-01").out()).contains("would send 0 ");
    assertThat(replay("--dry-run", "--where", "time=2020-01-01..").out()).contains("would send 3 ");
    assertThat(replay("--dry-run", "--limit", "1").out()).contains("would send 1 ");
    CommandRun wrong = replay("--where", "colour=red");
    assertThat(wrong.status()).isEqualTo(2);
    assertThat(wrong.err()).contains("reason, key, service, topic, partition, offset, time");
  }

  @Test
  void whatWasSentIsSentOnceMoreWhenAsked() {
    send(images, "cat", "bad");
    report();
    replay();

    assertThat(replay("--again").out()).contains("sent 1 records again");
    assertThat(kafka.committed(images)).hasSize(3);
  }

  @Test
  void aMarkerOfAnotherIncarnationOfTheTopicSaysNothing() {
    send(images, "cat", "bad");
    report();
    var letter = kafka.committed(kafka.topics().deadLetters().name()).getFirst();
    var other =
        new Replays.Place(
            org.apache.kafka.common.Uuid.randomUuid(), letter.partition(), letter.offset());
    kafka.send(Replays.marker(kafka.topics().deadLetters().name(), other));

    assertThat(replay().out()).contains("sent 1 records again");
  }

  /** A bad document of the time 1,000. */
  private ConsumerRecord<byte[], byte[]> old(String key, long offset) {
    return new ConsumerRecord<>(
        documents,
        0,
        offset,
        1_000,
        TimestampType.CREATE_TIME,
        0,
        0,
        bytes(key),
        bytes("bad " + key),
        new RecordHeaders(),
        Optional.empty());
  }

  private CommandRun replay(String... more) {
    String[] command = new String[more.length + 2];
    command[0] = "dead-letters";
    command[1] = "replay";
    System.arraycopy(more, 0, command, 2, more.length);
    return broker.run(command);
  }

  private void send(String topic, String key, String value) {
    kafka.send(
        new ProducerRecord<>(
            topic, key == null ? null : bytes(key), value == null ? null : bytes(value)));
  }

  /** Makes dead letters of what is refused, as a topic's reporter does: of each record once. */
  private void report() {
    for (String topic : List.of(documents, images)) {
      for (ConsumerRecord<byte[], byte[]> record : kafka.committed(topic)) {
        var partition = new TopicPartition(topic, record.partition());
        if (record.offset() >= reported.getOrDefault(partition, 0L)) {
          reported.put(partition, record.offset() + 1);
          if (record.value() != null && refused.test(text(record.value()))) {
            kafka.send(DeadLetters.of(kafka.topics(), "text", record, "", "not good"));
          }
        }
      }
    }
  }

  /** What compaction would keep. */
  private Map<String, String> live() {
    Map<String, String> live = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : kafka.committed(documents)) {
      if (record.value() == null) {
        live.remove(text(record.key()));
      } else {
        live.put(text(record.key()), text(record.value()));
      }
    }
    return live;
  }

  private static Predicate<String> contains(String part) {
    return line -> line.contains(part);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
