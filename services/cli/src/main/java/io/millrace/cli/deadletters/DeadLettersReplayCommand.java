package io.millrace.cli.deadletters;

import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.runtime.deadletters.replay.Letter;
import io.millrace.runtime.deadletters.replay.LetterReader;
import io.millrace.runtime.deadletters.replay.LetterStates.State;
import io.millrace.runtime.deadletters.replay.ReplayRun;
import io.millrace.runtime.deadletters.replay.ReplaySummary;
import io.millrace.runtime.settings.Settings;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
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
    ReplaySummary summary =
        new ReplayRun(dryRun, again, superseded, progress())
            .of(settings, letters -> limited(letters, selection(settings.topics(), letters)));
    if (json) {
      out().println(summary.json());
    } else {
      ReplaySummaryText.print(summary, out());
    }
    return CommandLine.ExitCode.OK;
  }

  /** The last of those that may be sent. */
  private Predicate<Letter> limited(LetterReader letters, Predicate<Letter> selected) {
    if (limit == null) {
      return selected;
    }
    var newest = new NewestLetters<Boolean>(limit);
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
}
