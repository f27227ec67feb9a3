package io.millrace.cli.models;

import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.training.TrainedModel;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.settings.Settings;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Parameters;

/** A command about one model, which may be a variant. */
abstract class ModelCommand extends KafkaCommand {

  @Parameters(
      paramLabel = "MODEL",
      completionCandidates = TrainedModel.Names.class,
      description = "The model: ${COMPLETION-CANDIDATES}, or a variant, such as vision-wide.")
  private String model = "";

  /** Does what the command does; the cluster has been reached. */
  abstract void run(Settings settings, ModelName name);

  @Override
  public final Integer call() {
    ModelName name =
        name(model)
            .orElseThrow(() ->
                usageError(
                    "no service trains a model named '"
                        + model
                        + "'; the models are "
                        + String.join(", ", TrainedModel.names())
                        + ", and their variants, such as vision-wide"));
    Settings settings = settings();
    ClusterConnection.requireReachable(settings);
    run(settings, name);
    return CommandLine.ExitCode.OK;
  }

  private static Optional<ModelName> name(String text) {
    return TrainedModel.of(ModelName.kindOf(text)).map(_ -> ModelName.parse(text));
  }
}
