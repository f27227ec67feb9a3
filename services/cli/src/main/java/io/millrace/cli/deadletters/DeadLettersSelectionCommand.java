package io.millrace.cli.deadletters;

import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.ByteClients;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.kafka.TopicTail;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.settings.Settings;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that acts on some of the dead letters. */
abstract class DeadLettersSelectionCommand extends KafkaCommand {

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "Only records from this topic, given without the prefix.")
  private @Nullable String topic;

  @Option(names = "--limit", paramLabel = "N", description = "Only the last N. Default: all.")
  private @Nullable Integer limit;

  /** The selected ones of the present dead letters, oldest first. */
  final List<ConsumerRecord<byte[], byte[]>> selected(Settings settings) {
    if (limit != null && limit < 1) {
      throw usageError("--limit must be >= 1, was " + limit);
    }
    ClusterConnection.requireReachable(settings);
    String from = topic == null ? null : settings.topics().prefix() + topic;
    try (var consumer =
        ByteClients.consumer(settings, List.of(settings.topics().deadLetters().name()))) {
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
