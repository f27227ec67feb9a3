package io.millrace.cli.deadletters;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.ByteClients;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.kafka.RecordSender;
import io.millrace.cli.kafka.TopicTail;
import io.millrace.cli.terminal.TextTable;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.InputDecoder;
import io.millrace.topics.Catalogue;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Records that could not be used. */
@Command(
    name = "dead-letters",
    description = "Lists records that could not be used, and sends them again.",
    footer = {
      "  millrace dead-letters list --limit 20",
      "  millrace dead-letters replay --topic documents"
    },
    subcommands = {DeadLettersCommand.ListLetters.class, DeadLettersCommand.Replay.class})
public final class DeadLettersCommand {

  /** What both commands choose by. */
  abstract static class SelectionCommand extends KafkaCommand {

    @Option(
        names = "--topic",
        paramLabel = "TOPIC",
        description = "Only records of this topic, named without the prefix.")
    private @Nullable String topic;

    @Option(
        names = "--limit",
        paramLabel = "N",
        description = "Only the last so many. Default: all.")
    private @Nullable Integer limit;

    /** The dead letters that there are now and that were chosen, oldest first. */
    final List<ConsumerRecord<byte[], byte[]>> chosen(Settings settings) {
      if (limit != null && limit < 1) {
        throw usageError("--limit must be >= 1, was " + limit);
      }
      ClusterConnection.requireReachable(settings);
      String from = topic == null ? null : settings.topics().prefix() + topic;
      try (var consumer = ByteClients.consumer(settings, settings.topics().deadLetters().name())) {
        List<ConsumerRecord<byte[], byte[]>> letters =
            TopicTail.read(consumer, Integer.MAX_VALUE).stream()
                .filter(letter -> from == null || header(letter, DeadLetters.TOPIC).equals(from))
                .toList();
        int skipped = limit == null ? 0 : Math.max(0, letters.size() - limit);
        return letters.subList(skipped, letters.size());
      }
    }

    static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
      return EventHeaders.text(letter.headers(), name).orElse("?");
    }
  }

  @Command(
      name = "list",
      description = {
        "Lists them, oldest first. `millrace watch dead-letters --from earliest` shows their bytes."
      },
      footer = "  millrace dead-letters list --topic images --limit 20")
  static final class ListLetters extends SelectionCommand {

    @Override
    public Integer call() {
      var table = new TextTable("WHEN", "TOPIC", "PARTITION", "OFFSET", "BYTES", "REASON");
      List<ConsumerRecord<byte[], byte[]>> letters = chosen(settings());
      for (ConsumerRecord<byte[], byte[]> letter : letters) {
        table.row(
            Instant.ofEpochMilli(letter.timestamp()).toString(),
            header(letter, DeadLetters.TOPIC),
            header(letter, DeadLetters.PARTITION),
            header(letter, DeadLetters.OFFSET),
            letter.value() == null ? "none" : Integer.toString(letter.value().length),
            header(letter, DeadLetters.REASON));
      }
      if (letters.isEmpty()) {
        out().println("there are no dead letters");
      } else {
        table.print(out());
      }
      return CommandLine.ExitCode.OK;
    }
  }

  @Command(
      name = "replay",
      description = {
        "Sends them again to the topics they came from, as they were. They stay among the dead"
            + " letters until these expire; what still cannot be used comes back there."
      },
      footer = {
        "  millrace dead-letters replay",
        "  millrace dead-letters replay --topic documents --limit 1"
      })
  static final class Replay extends SelectionCommand {

    @Override
    public Integer call() {
      Settings settings = settings();
      List<ConsumerRecord<byte[], byte[]>> letters = chosen(settings);
      Set<String> known =
          Catalogue.load().topics().stream()
              .map(spec -> settings.topics().prefix() + spec.name())
              .collect(Collectors.toSet());
      int sent = 0;
      try (var sender = new RecordSender(settings)) {
        for (ConsumerRecord<byte[], byte[]> letter : letters) {
          String topic = header(letter, DeadLetters.TOPIC);
          if (!known.contains(topic)) {
            throw new CommandException(
                "the dead letter at offset "
                    + letter.offset()
                    + " of partition "
                    + letter.partition()
                    + " names no topic of the catalogue: "
                    + topic);
          }
          if (isSendable(letter)) {
            sender.send(original(letter, topic));
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
                    + " that are larger than any topic takes: no service could use them");
      }
      return CommandLine.ExitCode.OK;
    }

    /** Whether it is whole, and would be taken: what came packed may be larger than that. */
    private static boolean isSendable(ConsumerRecord<byte[], byte[]> letter) {
      return letter.headers().lastHeader(DeadLetters.CUT) == null
          && (letter.value() == null || letter.value().length <= InputDecoder.MAX_VALUE_BYTES);
    }

    private static ProducerRecord<byte[], byte[]> original(
        ConsumerRecord<byte[], byte[]> letter, String topic) {
      var headers = new RecordHeaders();
      for (Header header : letter.headers()) {
        if (!ADDED.contains(header.key())) {
          headers.add(header);
        }
      }
      return new ProducerRecord<>(topic, null, letter.key(), letter.value(), headers);
    }
  }

  private static final Set<String> ADDED =
      Set.of(
          DeadLetters.SERVICE,
          DeadLetters.TOPIC,
          DeadLetters.PARTITION,
          DeadLetters.OFFSET,
          DeadLetters.TIMESTAMP,
          DeadLetters.REASON);
}
