package io.millrace.vision;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.learning.vision.model.Architecture;
import io.millrace.learning.vision.model.PyTorchWeights;
import io.millrace.learning.vision.model.WeightsMetadata;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.training.ModelImport;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.input.LabelNormalizer;
import java.util.List;

/** Starts the model from weights that were trained elsewhere. */
public final class VisionImport {

  private VisionImport() {}

  /**
   * Imports a file.
   *
   * @param settings of the service that will continue to train it
   * @param file safetensors with PyTorch's names and layouts
   * @param classes in the order of fc2's rows; empty to take those that the file names; if both
   *     name them, they must be the same
   * @param anew whether to replace a model that has begun to learn
   * @return the number of the version
   * @throws SafeTensorsException if the file does not fit the settings
   * @throws IncompatibleStateException if the model has begun to learn and may not be replaced
   */
  public static long run(Settings settings, byte[] file, List<String> classes, boolean anew) {
    VisionConfig vision = VisionConfig.from(settings);
    SafeTensors weights = PyTorchWeights.read(SafeTensors.read(file), vision.network(), classes);
    Architecture.of(weights).classes().forEach(VisionImport::requireLabel);
    var origin = WeightSource.of(weights, file);
    var imports =
        new ModelImport(
            settings, VisionConfig.NAME, vision.loop(), settings.topics().imageExamples());
    try (var trainer =
        new VisionTrainer(
            VisionConfig.NAME, vision, VisionService.engine(vision.engine()), origin)) {
      return imports.publish(trainer, anew);
    }
  }

  /**
   * The names of a file's metadata that the import does not understand, and leaves out.
   *
   * @throws SafeTensorsException if it is no such file
   */
  public static List<String> notUnderstood(byte[] file) {
    return WeightsMetadata.notUnderstood(SafeTensors.read(file));
  }

  /** No record can have a label that is not normalized: its class would never be right. */
  private static void requireLabel(String name) {
    switch (LabelNormalizer.normalizeRequired(name)) {
      case Decoded.Invalid<String>(String reason) ->
          throw new SafeTensorsException(
              "the class '%s' cannot be a label: %s".formatted(name, reason));
      case Decoded.Valid<String>(String normal) -> {
        if (!normal.equals(name)) {
          throw new SafeTensorsException(
              ("the class '%s' is never met, since labels are read without white space at both ends"
                      + " and composed (NFC): name it '%s'")
                  .formatted(name, normal));
        }
      }
    }
  }
}
