package io.millrace.cli.models;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.vision.VisionImport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Begins a model with weights from a file. */
@Command(
    name = "import",
    description = {
      "Begins a model with weights that were trained elsewhere, in PyTorch for one: publishes them"
          + " as its next version, from which its trainer learns on, from the beginning of its"
          + " examples. It needs the same settings as the trainer, as they say what the network"
          + " is.",
      "The file is safetensors with the tensors of the model's modules under PyTorch's names: of"
          + " vision conv1, conv2, fc1, fc2, deconv1 and deconv2, each with weight and bias, in"
          + " single precision. A trainer that runs meanwhile is fenced off and goes on from it."
    },
    footer = {
      "  millrace models import vision --input weights.safetensors --classes cat,dog",
      "  millrace models import vision --input vision-42.safetensors --reset",
      "  millrace models import vision --input w.safetensors -D vision.hidden=64"
    })
final class ModelsImportCommand extends KafkaCommand {

  private static final String VISION = "vision";

  @Parameters(paramLabel = "MODEL", description = "The model; only " + VISION + " can be imported.")
  private String model = "";

  @Option(
      names = "--input",
      paramLabel = "FILE",
      required = true,
      description = "The file with the weights.")
  private Path input = Path.of("");

  @Option(
      names = "--classes",
      paramLabel = "CLASS",
      split = ",",
      description =
          "The classes, in the order of fc2's rows, with commas between them. Default: those that"
              + " the file's metadata name as `classes`, a JSON array; files of `models export`"
              + " do.")
  private List<String> classes = List.of();

  @Option(
      names = "--reset",
      description = "Begins the model anew if it has learned already; its versions stay.")
  private boolean reset;

  @Override
  public Integer call() {
    if (!model.equals(VISION)) {
      throw usageError("the model " + model + " cannot be imported, only " + VISION);
    }
    byte[] file = bytes();
    Settings settings = settings();
    ClusterConnection.requireReachable(settings);
    try {
      long version = VisionImport.run(settings, file, classes, reset);
      out().println(input + " is version " + version + " of " + model);
      return CommandLine.ExitCode.OK;
    } catch (SafeTensorsException e) {
      throw new CommandException(input + ": " + e.getMessage(), e);
    } catch (IncompatibleStateException e) {
      throw new CommandException(e.getMessage() + "; --reset does that", e);
    }
  }

  private byte[] bytes() {
    try {
      return Files.readAllBytes(input);
    } catch (IOException e) {
      throw new CommandException("cannot read " + input + ": " + e, e);
    }
  }
}
