package io.millrace.cli.models;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.command.FileProblem;
import io.millrace.cli.command.KafkaCommand;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.input.LabelNormalizer;
import io.millrace.vision.VisionImport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Starts a model from weights in a file. */
@Command(
    name = "import",
    description = {
      "Publishes weights that were trained elsewhere, for example in PyTorch, as the next version"
          + " of a model. Its trainer continues from these weights and learns its examples from the"
          + " beginning. Give the same settings as the trainer has: they define the network.",
      "The file is a safetensors file with tensors under PyTorch's names: for vision conv1, conv2,"
          + " fc1, fc2, deconv1 and deconv2, each with weight and bias, in single precision. What"
          + " its metadata say of classes, input or network must not differ from --classes and the"
          + " settings. A trainer that is running is fenced; its next owner continues from the"
          + " import.",
      "The network gets float[batch, channels, height, width] with each pixel value divided by 255,"
          + " in [0, 1], and no other normalization; channels in the order red, green, blue, or"
          + " grey as 0.299 red + 0.587 green + 0.114 blue. Images of another size are resized to"
          + " height and width without cropping, as by Pillow's BILINEAR or PyTorch's"
          + " interpolate(mode='bilinear', antialias=True)."
    },
    footer = {
      "  millrace models import vision --input weights.safetensors --classes cat,dog",
      "  millrace models import vision --input vision-42.safetensors --reset",
      "  millrace models import vision --input w.safetensors -D vision.hidden=64"
    })
final class ModelsImportCommand extends KafkaCommand {

  private static final String VISION = "vision";

  /** Far more than any network of vision has; an array has at most two of it. */
  private static final long MAX_BYTES = 1L << 30;

  @Parameters(paramLabel = "MODEL", description = "The model. Only " + VISION + " can be imported.")
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
          "The classes, separated by commas, in the order of fc2's rows. Default: those that the"
              + " file's metadata name, as `models export` writes them: `classes` as a JSON array"
              + " (or `id2label`, `class_to_idx`). If both name them, they must be the same.")
  private List<String> classes = List.of();

  @Option(
      names = "--reset",
      description =
          "Resets the model first if it has learned already. Its published versions stay.")
  private boolean reset;

  @Override
  public Integer call() {
    if (!model.equals(VISION)) {
      throw usageError("the model '" + model + "' cannot be imported; only " + VISION + " can");
    }
    byte[] file = bytes();
    Settings settings = settings();
    try {
      SafeTensors.read(file); // A wrong file is told before Kafka is asked for.
      ClusterConnection.requireReachable(settings);
      long version = VisionImport.run(settings, file, labels(), reset);
      List<String> ignored = VisionImport.notUnderstood(file);
      if (!ignored.isEmpty()) {
        err().println("metadata that say nothing to the import: " + String.join(", ", ignored));
      }
      out().println("published " + input + " as version " + version + " of " + model);
      return CommandLine.ExitCode.OK;
    } catch (SafeTensorsException e) {
      throw new CommandException(input + ": " + e.getMessage(), e);
    } catch (IncompatibleStateException e) {
      throw new CommandException(e.getMessage() + "; --reset resets the model first", e);
    }
  }

  private List<String> labels() {
    return classes.stream().map(this::label).toList();
  }

  private String label(String name) {
    return switch (LabelNormalizer.normalizeRequired(name)) {
      case Decoded.Valid<String>(String label) -> label;
      case Decoded.Invalid<String>(String reason) ->
          throw usageError("--classes: '%s': %s".formatted(name, reason));
    };
  }

  private byte[] bytes() {
    try {
      if (Files.size(input) > MAX_BYTES) {
        throw new CommandException(
            "%s has %d bytes, more than a model may have: is it the file with the weights?"
                .formatted(input, Files.size(input)));
      }
      return Files.readAllBytes(input);
    } catch (IOException e) {
      throw new CommandException("cannot read " + input + ": " + FileProblem.reason(e), e);
    }
  }
}
