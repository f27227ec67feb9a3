package io.millrace.cli.models;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.training.TrainedModel;
import io.millrace.runtime.administration.OffsetTranslation;
import io.millrace.runtime.administration.OffsetTranslation.Position;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lets a trainer go on with a copy of its input that has other offsets. */
@Command(
    name = "translate-offsets",
    description = {
      "Lets a trainer go on with a copy of its input topic that has other offsets, as MirrorMaker"
          + " makes them on another cluster: finds the records that it read last in the copy, and"
          + " sets its checkpoint, its newest version's input ranges and its consumer group to the"
          + " offset behind them. The topics checkpoints and models must have been copied too.",
      "Where the position is not certain it changes nothing and says why. A trainer that is running"
          + " is fenced at its next commit, and goes on from there. The version keeps its number"
          + " and its bytes."
    },
    footer = {
      "  millrace models translate-offsets embedding --dry-run",
      "  millrace models translate-offsets embedding"
    })
final class ModelsTranslateOffsetsCommand extends TrainerCommand {

  @Option(names = "--dry-run", description = "Says what would be set, and changes nothing.")
  private boolean dryRun;

  @Option(
      names = "--allow-lost",
      description =
          "Goes on after the last record that the copy has, where it lacks the last records that"
              + " the model has learned from. Without it the command refuses, since these records"
              + " may still be copied and would be learned twice.")
  private boolean allowLost;

  @Override
  void run(Settings settings, TrainedModel trained) {
    var translation =
        new OffsetTranslation(settings, trained.toString(), trained.input(settings.topics()));
    try {
      List<Position> positions = dryRun ? translation.preview() : translation.translate(allowLost);
      positions.forEach(position -> out().println(line(position)));
      out()
          .println(
              dryRun
                  ? "nothing was changed"
                  : trained + " continues there at its trainer's next start");
    } catch (IncompatibleStateException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }

  private static String line(Position position) {
    String lost =
        position.lost() == 0
            ? ""
            : ", %d that it has learned from are not in the copy".formatted(position.lost());
    return "%s: offset %d is now %d; found %d of the last records%s"
        .formatted(position.partition(), position.was(), position.is(), position.found(), lost);
  }
}
