package io.millrace.cli.deadletters;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.runtime.deadletters.replay.LetterReader;
import io.millrace.runtime.deadletters.replay.LetterStates;
import io.millrace.runtime.settings.Settings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows dead letters as they were sent. */
@Command(
    name = "show",
    description = {
      "Shows a record that could not be used: where it came from, why it was refused, its key, its"
          + " headers and its content. Text is shown as text, JSON indented, anything else as a hex"
          + " dump. Without RECORD or --limit it is the last one."
    },
    footer = {
      "  millrace dead-letters show",
      "  millrace dead-letters show documents-0-17",
      "  millrace dead-letters show cat-1 --topic images"
    })
final class DeadLettersShowCommand extends DeadLettersSelectionCommand {

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Only the last N. Default: the last one, or all that were named.")
  private @Nullable Integer limit;

  @Option(
      names = "--bytes",
      paramLabel = "N",
      defaultValue = "4096",
      description = "The most bytes of the content that are shown. Default: ${DEFAULT-VALUE}.")
  private int bytes = 4096;

  @Override
  public Integer call() {
    atLeastOne("--bytes", bytes);
    int most = limit == null ? (areNamed() ? Integer.MAX_VALUE : 1) : atLeastOne("--limit", limit);
    var newest = new NewestLetters<Boolean>(most);
    conditions();
    Settings settings = settings();
    ClusterConnection.requireReachable(settings);
    try (var letters = LetterReader.open(settings, progress())) {
      var selected = selection(settings.topics(), letters);
      letters.forEach(
          "looking for the records",
          (letter, state) -> {
            boolean wanted = areNamed() || state == LetterStates.State.OPEN;
            if (wanted && state.isShown() && selected.test(letter)) {
              newest.add(letter, () -> state == LetterStates.State.OPEN);
            }
            return true;
          });
      show(letters, newest, new DeadLetterFormatter(settings.topics().prefix(), bytes));
    }
    return CommandLine.ExitCode.OK;
  }

  /** Reads them one by one: each may be large. */
  private void show(
      LetterReader letters, NewestLetters<Boolean> newest, DeadLetterFormatter formatter) {
    List<NewestLetters.RetainedLetter<Boolean>> shown = newest.list();
    if (shown.isEmpty()) {
      throw new CommandException(
          "there is no such dead letter; `millrace dead-letters list --all` shows all");
    }
    for (NewestLetters.RetainedLetter<Boolean> it : shown) {
      if (it != shown.getFirst()) {
        out().println();
      }
      out().print(formatter.format(letters.at(it.partition(), it.offset()), it.content()));
    }
    if (shown.size() < newest.all()) {
      out().printf("%nthe last of %d dead letters; --limit N shows the last N%n", newest.all());
    }
  }
}
