package io.millrace.cli.models;

import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.training.TrainedModel;
import io.millrace.runtime.settings.Settings;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** A command that acts on the trainer of one model. */
abstract class TrainerCommand extends KafkaCommand {

  @Parameters(
      paramLabel = "MODEL",
      completionCandidates = TrainedModel.Names.class,
      description = "The model: ${COMPLETION-CANDIDATES}.")
  private String model = "";

  /** Acts on the trainer of a model; the cluster has been reached. */
  abstract void run(Settings settings, TrainedModel trained);

  @Override
  public final Integer call() {
    TrainedModel trained =
        TrainedModel.of(model)
            .orElseThrow(() ->
                usageError(
                    "no service trains a model named '"
                        + model
                        + "'; the models are "
                        + TrainedModel.choices()));
    Settings settings = settings();
    ClusterConnection.requireReachable(settings);
    run(settings, trained);
    return CommandLine.ExitCode.OK;
  }
}
