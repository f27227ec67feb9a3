package io.millrace.cli.deadletters;

import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.ByteClients;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.kafka.TopicTail;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that acts on some of the dead letters. */
abstract class DeadLettersSelectionCommand extends KafkaCommand {

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "Only records from this topic, given without the prefix.")
  private @Nullable String topic;

  @Option(names = "--limit", paramLabel = "N", description = "Only the last N. Default: all.")
  private @Nullable Integer limit;

  @Parameters(
      arity = "0..*",
      paramLabel = "RECORD",
      description =
          "Only these records, each by the place where it was, TOPIC-PARTITION-OFFSET, or by its"
              + " key: documents-0-17, mail-1.")
  private List<String> records = List.of();

  /** Whether some were selected. */
  final boolean isNarrowed() {
    return limit != null || !records.isEmpty();
  }

  /** The selected ones of the present dead letters, oldest first. */
  final List<ConsumerRecord<byte[], byte[]>> selected(Settings settings) {
    if (limit != null && limit < 1) {
      throw usageError("--limit must be >= 1, was " + limit);
    }
    ClusterConnection.requireReachable(settings);
    String prefix = settings.topics().prefix();
    try (var consumer =
        ByteClients.consumer(settings, List.of(settings.topics().deadLetters().name()))) {
      List<ConsumerRecord<byte[], byte[]>> letters =
          TopicTail.read(consumer, Integer.MAX_VALUE).stream()
              .filter(letter -> isSelected(prefix, letter))
              .toList();
      int skipped = limit == null ? 0 : Math.max(0, letters.size() - limit);
      return letters.subList(skipped, letters.size());
    }
  }

  private boolean isSelected(String prefix, ConsumerRecord<byte[], byte[]> letter) {
    String from = header(letter, DeadLetters.TOPIC);
    String place =
        from
            + "-"
            + header(letter, DeadLetters.PARTITION)
            + "-"
            + header(letter, DeadLetters.OFFSET);
    boolean named =
        Stream.of(
                place,
                place.startsWith(prefix) ? place.substring(prefix.length()) : place,
                letter.key() == null ? place : new String(letter.key(), StandardCharsets.UTF_8))
            .anyMatch(records::contains);
    return (topic == null || from.equals(prefix + topic)) && (records.isEmpty() || named);
  }

  static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return EventHeaders.text(letter.headers(), name).orElse("?");
  }
}
