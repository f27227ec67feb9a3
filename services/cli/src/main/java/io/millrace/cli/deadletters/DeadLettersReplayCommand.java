package io.millrace.cli.deadletters;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.kafka.RecordSender;
import io.millrace.cli.kafka.TopicNames;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.input.InputDecoder;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Sends dead letters again. */
@Command(
    name = "replay",
    description = {
      "Sends dead letters again, unchanged, to the topics that they came from. They stay on the"
          + " topic dead-letters until its retention ends. A record that is still unusable becomes"
          + " a dead letter again."
    },
    footer = {
      "  millrace dead-letters replay",
      "  millrace dead-letters replay --topic documents --limit 1"
    })
final class DeadLettersReplayCommand extends DeadLettersSelectionCommand {

  private static final Set<String> ADDED_HEADERS =
      Set.of(
          DeadLetters.SERVICE,
          DeadLetters.TOPIC,
          DeadLetters.PARTITION,
          DeadLetters.OFFSET,
          DeadLetters.TIMESTAMP,
          DeadLetters.REASON);

  @Override
  public Integer call() {
    Settings settings = settings();
    List<ConsumerRecord<byte[], byte[]>> letters = selected(settings);
    letters.forEach(letter -> requireKnownTopic(settings.topics().prefix(), letter));
    int sent = 0;
    try (var sender = new RecordSender(settings)) {
      for (ConsumerRecord<byte[], byte[]> letter : letters) {
        if (isSendable(letter)) {
          sender.send(original(letter, header(letter, DeadLetters.TOPIC)));
          sent++;
        }
      }
      sender.flush();
    }
    out().println("sent " + sent + " records again");
    if (sent < letters.size()) {
      out()
          .println(
              "left out "
                  + (letters.size() - sent)
                  + " records that are larger than any input topic accepts");
    }
    return CommandLine.ExitCode.OK;
  }

  private static void requireKnownTopic(String prefix, ConsumerRecord<byte[], byte[]> letter) {
    String topic = header(letter, DeadLetters.TOPIC);
    if (TopicNames.all().stream().noneMatch(name -> topic.equals(prefix + name))) {
      throw new CommandException(
          ("the dead letter at offset %d of partition %d came from a topic that is not in the"
                  + " catalogue, so nothing was sent: %s")
              .formatted(letter.offset(), letter.partition(), topic));
    }
  }

  /** Whether the letter is complete and small enough. A compressed record can exceed the limit. */
  private static boolean isSendable(ConsumerRecord<byte[], byte[]> letter) {
    return letter.headers().lastHeader(DeadLetters.CUT) == null
        && (letter.value() == null || letter.value().length <= InputDecoder.MAX_VALUE_BYTES);
  }

  private static ProducerRecord<byte[], byte[]> original(
      ConsumerRecord<byte[], byte[]> letter, String topic) {
    var headers = new RecordHeaders();
    for (Header header : letter.headers()) {
      if (!ADDED_HEADERS.contains(header.key())) {
        headers.add(header);
      }
    }
    return new ProducerRecord<>(topic, null, letter.key(), letter.value(), headers);
  }
}
