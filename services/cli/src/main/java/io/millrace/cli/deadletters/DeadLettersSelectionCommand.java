package io.millrace.cli.deadletters;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.ByteClients;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.kafka.TopicNames;
import io.millrace.cli.kafka.TopicTail;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.settings.Settings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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
      description = "Only records from this topic, given with or without the prefix.")
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

  /**
   * The selected ones of the present dead letters, oldest first.
   *
   * @throws CommandException if there is no such topic, or a record that was named is not there
   */
  final List<ConsumerRecord<byte[], byte[]>> selected(Settings settings) {
    if (limit != null && limit < 1) {
      throw usageError("--limit must be >= 1, was " + limit);
    }
    ClusterConnection.requireReachable(settings);
    String prefix = settings.topics().prefix();
    try (var consumer =
        ByteClients.consumer(settings, List.of(settings.topics().deadLetters().name()))) {
      List<ConsumerRecord<byte[], byte[]>> letters =
          ofTopic(prefix, TopicTail.read(consumer, Integer.MAX_VALUE));
      requireNamed(prefix, letters);
      letters =
          letters.stream()
              .filter(
                  letter -> records.isEmpty() || names(prefix, letter).anyMatch(records::contains))
              .toList();
      int skipped = limit == null ? 0 : Math.max(0, letters.size() - limit);
      return letters.subList(skipped, letters.size());
    }
  }

  private List<ConsumerRecord<byte[], byte[]>> ofTopic(
      String prefix, List<ConsumerRecord<byte[], byte[]>> letters) {
    if (topic == null) {
      return letters;
    }
    String name = TopicNames.withoutPrefix(topic, prefix);
    List<ConsumerRecord<byte[], byte[]>> found =
        letters.stream()
            .filter(letter -> header(letter, DeadLetters.TOPIC).equals(prefix + name))
            .toList();
    if (found.isEmpty() && !TopicNames.all().contains(name)) {
      throw new CommandException("there is no topic " + prefix + name + "; " + TopicNames.list());
    }
    return found;
  }

  /** Refuses all if one is not there: who names a record means it. */
  private void requireNamed(String prefix, List<ConsumerRecord<byte[], byte[]>> letters) {
    Set<String> known =
        letters.stream().flatMap(letter -> names(prefix, letter)).collect(Collectors.toSet());
    List<String> unknown = records.stream().filter(record -> !known.contains(record)).toList();
    if (!unknown.isEmpty()) {
      throw new CommandException(
          "there is no such dead letter%s: %s; `millrace dead-letters list` shows all"
              .formatted(
                  topic == null ? "" : " of the topic " + topic, String.join(", ", unknown)));
    }
  }

  /** What a letter can be named by: its place with and without the prefix, and its key. */
  private static Stream<String> names(String prefix, ConsumerRecord<byte[], byte[]> letter) {
    String place =
        Stream.of(DeadLetters.TOPIC, DeadLetters.PARTITION, DeadLetters.OFFSET)
            .map(name -> header(letter, name))
            .collect(Collectors.joining("-"));
    return Stream.of(
        place,
        place.startsWith(prefix) ? place.substring(prefix.length()) : place,
        letter.key() == null ? place : new String(letter.key(), StandardCharsets.UTF_8));
  }

  static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return EventHeaders.text(letter.headers(), name).orElse("?");
  }
}
