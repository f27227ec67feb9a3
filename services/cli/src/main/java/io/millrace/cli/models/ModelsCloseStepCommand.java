package io.millrace.cli.models;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.training.TrainedModel;
import io.millrace.runtime.administration.CloseStep;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.topics.Topic;
import picocli.CommandLine.Command;

/** Makes a trainer learn from the records that it holds back. */
@Command(
    name = "close-step",
    description = {
      "Makes a trainer learn from the records that it holds back because they do not fill a batch:"
          + " writes a close-step record to every partition of its input topic. When the trainer"
          + " reaches these records, it closes its step and publishes a version. So do those of its"
          + " variants.",
      "A trainer that is not running does so at its next start. The records stay in the log, so"
          + " that training again from the log gives the same model."
    },
    footer = "  millrace models close-step vision")
final class ModelsCloseStepCommand extends TrainerCommand {

  @Override
  void run(Settings settings, TrainedModel trained) {
    Topic<?, ?> input = trained.input(settings.topics());
    if (trained.isVariant()) {
      throw usageError(
          "close-step records hold for all models that learn from %s: `millrace models close-step %s` closes the step of %s too"
              .formatted(input.name(), trained.service(), trained));
    }
    try {
      int partitions = CloseStep.write(settings, trained.toString(), input);
      out()
          .printf(
              "wrote a close-step record to %d %s of %s: the trainer of %s closes its step when it"
                  + " reaches %s%n",
              partitions,
              partitions == 1 ? "partition" : "partitions",
              input.name(),
              trained,
              partitions == 1 ? "it" : "them");
    } catch (IncompatibleStateException e) {
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }
}
