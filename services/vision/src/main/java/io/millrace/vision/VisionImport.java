package io.millrace.vision;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.learning.vision.model.PyTorchWeights;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.training.ModelImport;
import java.util.List;

/** Starts the model from weights that were trained elsewhere. */
public final class VisionImport {

  private VisionImport() {}

  /**
   * Imports a file.
   *
   * @param settings of the service that will continue to train it
   * @param file safetensors with PyTorch's names and layouts
   * @param classes in the order of fc2's rows; empty to take those that the file names
   * @param anew whether to replace a model that has begun to learn
   * @return the number of the version
   * @throws SafeTensorsException if the file does not fit the settings
   * @throws IncompatibleStateException if the model has begun to learn and may not be replaced
   */
  public static long run(Settings settings, byte[] file, List<String> classes, boolean anew) {
    VisionConfig vision = VisionConfig.from(settings);
    SafeTensors weights = PyTorchWeights.read(SafeTensors.read(file), vision.network(), classes);
    var origin = WeightSource.of(weights, file);
    var imports =
        new ModelImport(
            settings, VisionConfig.NAME, vision.loop(), settings.topics().imageExamples());
    try (var trainer = new VisionTrainer(vision, VisionService.engine(vision.engine()), origin)) {
      return imports.publish(trainer, anew);
    }
  }
}
