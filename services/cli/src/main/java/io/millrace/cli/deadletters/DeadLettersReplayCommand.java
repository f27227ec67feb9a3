package io.millrace.cli.deadletters;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.deadletters.LetterStates.State;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.kafka.TopicNames;
import io.millrace.runtime.settings.Settings;
import io.millrace.topics.Catalogue;
import io.millrace.topics.TopicSpec;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Sends dead letters again. */
@Command(
    name = "replay",
    description = {
      "Sends dead letters again, unchanged, to the topics and partitions that they came from. Each"
          + " is sent once, however often the command runs or is ended: that it was sent is"
          + " remembered on dead-letters, in the same transaction. A record that is still unusable"
          + " becomes a dead letter again, in place of the one that was sent.",
      "A record is left out if its topic has a newer one of the same key, which it would undo. Of"
          + " a compacted topic it is also left out if it is gone from there."
    },
    footer = {
      "  millrace dead-letters replay --dry-run",
      "  millrace dead-letters replay --topic documents --where reason=UTF-8",
      "  millrace dead-letters replay documents-0-17 mail-1"
    })
final class DeadLettersReplayCommand extends DeadLettersSelectionCommand {

  @Option(names = "--limit", paramLabel = "N", description = "Only the last N. Default: all.")
  private @Nullable Integer limit;

  @Option(names = "--dry-run", description = "Says what would be sent, and sends nothing.")
  private boolean dryRun;

  @Option(names = "--again", description = "Also those that were sent again before.")
  private boolean again;

  @Option(
      names = "--superseded",
      description = "Also those that undo a newer record of the same key.")
  private boolean superseded;

  @Option(names = "--json", description = "Prints one JSON object with the counts.")
  private boolean json;

  @Override
  public Integer call() {
    if (limit != null) {
      atLeastOne("--limit", limit);
    }
    conditions();
    Settings settings = settings();
    ClusterConnection.requireReachable(settings);
    var summary = new ReplaySummary(dryRun);
    // First the transactional id: what another replay commits after this would not be seen.
    Optional<ReplayTransactions> transactions =
        dryRun ? Optional.empty() : Optional.of(ReplayTransactions.begin(settings));
    try (var letters = LetterReader.open(settings, progress());
        var newer = new NewerRecords(settings, compacted(settings), progress())) {
      Predicate<Letter> selected = limited(letters, selection(settings.topics(), letters));
      requireKnownTopics(settings.topics().prefix(), letters, selected);
      var plan =
          new LetterReplay.Plan(
              selected, again, superseded, compacted(settings), settings.topics().prefix());
      new LetterReplay(letters, newer, transactions, plan, summary).run();
    } finally {
      transactions.ifPresent(ReplayTransactions::close);
    }
    if (json) {
      out().println(summary.json());
    } else {
      summary.print(out());
    }
    return CommandLine.ExitCode.OK;
  }

  /** The last of those that may be sent. */
  private Predicate<Letter> limited(LetterReader letters, Predicate<Letter> selected) {
    if (limit == null) {
      return selected;
    }
    var newest = new Newest<Boolean>(limit);
    letters.forEach(
        "looking for the last",
        (letter, state) -> {
          boolean may = state == State.OPEN || (again && state == State.REPLAYED);
          if (may && selected.test(letter)) {
            newest.add(letter, () -> true);
          }
          return true;
        });
    Set<String> places = new HashSet<>();
    newest.list().forEach(it -> places.add(it.partition() + "-" + it.offset()));
    return letter -> places.contains(letter.record().partition() + "-" + letter.record().offset());
  }

  private static void requireKnownTopics(
      String prefix, LetterReader letters, Predicate<Letter> selected) {
    Set<String> known = TopicNames.all().stream().map(prefix::concat).collect(Collectors.toSet());
    letters.forEach(
        "checking their topics",
        (letter, state) -> {
          if (state == State.OPEN && selected.test(letter) && !known.contains(letter.topic())) {
            throw new CommandException(
                ("the dead letter %s is from a topic that is not in the catalogue, so nothing was"
                        + " sent: leave it out, by --topic or --where")
                    .formatted(letter.place(prefix)));
          }
          return true;
        });
  }

  private static Set<String> compacted(Settings settings) {
    return Catalogue.load().topics().stream()
        .filter(TopicSpec::compacted)
        .map(topic -> settings.topics().prefix() + topic.name())
        .collect(Collectors.toSet());
  }
}
