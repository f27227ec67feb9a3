package io.millrace.cli.models;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.terminal.AtomicFile;
import io.millrace.cli.training.TrainedModel;
import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ModelManifest;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Saves a version as a file. */
@Command(
    name = "export",
    description = "Saves a version as a safetensors file, which PyTorch can load.",
    footer = {
      "  millrace models export vision",
      "  millrace models export vision --version 42 --output v42.safetensors"
    })
final class ModelsExportCommand extends KafkaCommand {

  /** File formats. */
  enum Format {
    SAFETENSORS
  }

  @Parameters(
      paramLabel = "MODEL",
      completionCandidates = TrainedModel.Names.class,
      description = "The model.")
  private String model = "";

  @Option(names = "--version", paramLabel = "N", description = "The version. Default: the newest.")
  private @Nullable Long version;

  @Option(
      names = "--format",
      defaultValue = "safetensors",
      description = "The file format: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Format format = Format.SAFETENSORS;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "The file to write. Default: MODEL-VERSION.safetensors.")
  private @Nullable Path output;

  @Override
  public Integer call() {
    Settings settings = settings();
    ClusterConnection.requireReachable(settings);
    OptionalLong wanted = version == null ? OptionalLong.empty() : OptionalLong.of(version);
    ModelVersion found =
        ModelReader.load(settings, model, wanted)
            .orElseThrow(() -> new CommandException(notFound()));
    ModelManifest manifest = found.manifest();
    if (manifest.getParts() == 0) {
      throw new CommandException(
          "the vectors of "
              + model
              + " are published word by word: save them with `millrace words export`");
    }
    Path file = output == null ? Path.of(defaultName(manifest)) : output;
    AtomicFile.write(file, it -> it.write(found.bytes()));
    out()
        .println(
            file
                + ": version "
                + manifest.getVersion()
                + " of "
                + model
                + ", "
                + found.bytes().length
                + " bytes, SHA-256 "
                + manifest.getSha256());
    return CommandLine.ExitCode.OK;
  }

  private String defaultName(ModelManifest manifest) {
    return model + "-" + manifest.getVersion() + "." + format.name().toLowerCase(Locale.ROOT);
  }

  private String notFound() {
    return version == null
        ? "no version of a model named '"
            + model
            + "' is published; `millrace models list` shows the models"
        : "version "
            + version
            + " of "
            + model
            + " is not published, or its parts are no longer retained; `millrace models list "
            + model
            + " --all` shows the versions";
  }
}
