package io.millrace.cli.models;

import io.millrace.cli.training.TrainedModel;
import io.millrace.runtime.administration.ModelReset;
import io.millrace.runtime.settings.Settings;
import picocli.CommandLine.Command;

/** Makes a trainer start from nothing. */
@Command(
    name = "reset",
    description = {
      "Makes a trainer start from nothing: deletes its checkpoint and sets its consumer group to"
          + " the beginning of its input topic. Published versions stay, and numbering continues.",
      "A trainer that is running is fenced at its next commit, and begins again from nothing."
    },
    footer = "  millrace models reset vision")
final class ModelsResetCommand extends TrainerCommand {

  @Override
  void run(Settings settings, TrainedModel trained) {
    String model = trained.toString();
    ModelReset.reset(settings, trained.service(), model, trained.input(settings.topics()));
    out()
        .println(
            model
                + " is reset: its trainer starts from nothing at its next record, or at its next"
                + " start");
  }
}
