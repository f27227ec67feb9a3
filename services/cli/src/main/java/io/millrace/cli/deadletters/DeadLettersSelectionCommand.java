package io.millrace.cli.deadletters;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.TopicNames;
import io.millrace.cli.terminal.StatusLine;
import io.millrace.cli.terminal.TerminalDetection;
import io.millrace.runtime.deadletters.replay.Letter;
import io.millrace.runtime.deadletters.replay.LetterReader;
import io.millrace.runtime.deadletters.replay.ReadingProgress;
import io.millrace.topics.Topics;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
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

  @Option(names = "--where", paramLabel = "FIELD=VALUE", description = LetterFilter.HELP)
  private List<String> where = List.of();

  @Parameters(
      arity = "0..*",
      paramLabel = "RECORD",
      description =
          "Only these records, each by the place where it was, TOPIC-PARTITION-OFFSET, or by its"
              + " key: documents-0-17, mail-1.")
  private List<String> records = List.of();

  /** Whether records were named. */
  final boolean areNamed() {
    return !records.isEmpty();
  }

  final ReadingProgress progress() {
    var line = new StatusLine(err(), TerminalDetection.isTerminal());
    return new ReadingProgress() {
      @Override
      public void show(String activity, double done) {
        line.show(activity, done);
      }

      @Override
      public void clear() {
        line.clear();
      }
    };
  }

  /** The number after an option, which must be at least 1. */
  final int atLeastOne(String option, int number) {
    if (number < 1) {
      throw usageError(option + " must be >= 1, was " + number);
    }
    return number;
  }

  /**
   * Which letters are selected, by what the command line says of them.
   *
   * @throws CommandException if there is no such topic, or a record that was named is not there
   */
  final Predicate<Letter> selection(Topics topics, LetterReader letters) {
    Predicate<Letter> ofTopic = ofTopic(topics);
    Predicate<Letter> conditions = conditions();
    if (topic != null || areNamed()) {
      requireThere(topics, letters, ofTopic);
    }
    return ofTopic
        .and(conditions)
        .and(letter ->
            records.isEmpty() || letter.names(topics.prefix()).anyMatch(records::contains));
  }

  /** The conditions, checked before anything is read. */
  final Predicate<Letter> conditions() {
    try {
      return LetterFilter.of(where);
    } catch (IllegalArgumentException e) {
      throw usageError("--where: " + e.getMessage());
    }
  }

  private Predicate<Letter> ofTopic(Topics topics) {
    if (topic == null) {
      return _ -> true;
    }
    String name = topics.prefix() + TopicNames.withoutPrefix(topic, topics.prefix());
    return letter -> letter.topic().equals(name);
  }

  /** Refuses all if one is not there: who names a record means it. */
  private void requireThere(Topics topics, LetterReader letters, Predicate<Letter> ofTopic) {
    Set<String> missing = new HashSet<>(records);
    boolean[] any = {false};
    letters.forEach(
        "looking for the records",
        (letter, _) -> {
          if (ofTopic.test(letter)) {
            any[0] = true;
            letter.names(topics.prefix()).forEach(missing::remove);
          }
          return !any[0] || !missing.isEmpty();
        });
    String name = topic == null ? "" : TopicNames.withoutPrefix(topic, topics.prefix());
    if (topic != null && !any[0] && !TopicNames.all().contains(name)) {
      throw new CommandException(
          "there is no topic " + topics.prefix() + name + "; " + TopicNames.list());
    }
    if (!missing.isEmpty()) {
      throw new CommandException(
          "there is no such dead letter%s: %s; `millrace dead-letters list --all` shows all"
              .formatted(
                  topic == null ? "" : " of the topic " + topic,
                  String.join(", ", records.stream().filter(missing::contains).toList())));
    }
  }
}
