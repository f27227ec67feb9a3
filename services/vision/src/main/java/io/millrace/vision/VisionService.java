package io.millrace.vision;

import io.millrace.learning.vision.NativePlatform;
import io.millrace.learning.vision.VisionDevice;
import io.millrace.learning.vision.VisionEngine;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.lifecycle.UnsupportedMachineException;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.settings.EngineConfig;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.training.TrainerLoop;
import io.millrace.runtime.variants.ModelVariants;
import java.util.Optional;

/** Trains the convolutional network: {@code image-examples -> models}. */
public final class VisionService {

  /** The model {@code vision} and its variants. */
  public static final ModelVariants MODELS =
      new ModelVariants(
          VisionConfig.NAME,
          VisionConfigDef.all(),
          VisionService::trainer,
          settings -> VisionConfig.from(settings).heap());

  public static final ServiceType TYPE =
      MODELS.serviceType(
          "Trains a network that classifies and reconstructs images, from labelled images.");

  private VisionService() {}

  private static TrainerLoop.Definition<?> trainer(Settings settings, ModelName model) {
    VisionConfig vision = VisionConfig.from(settings);
    VisionEngine engine = engine(vision.engine());
    return new TrainerLoop.Definition<>(
        VisionConfig.NAME,
        model.text(),
        vision.loop(),
        settings.topics().imageExamples(),
        () -> new VisionTrainer(model.text(), vision, engine));
  }

  /**
   * The engine of the settings.
   *
   * @throws io.millrace.runtime.settings.SettingsException if it is not there; the message names
   *     the settings
   * @throws UnsupportedMachineException if its library cannot be used on this machine
   */
  static VisionEngine engine(EngineConfig engine) {
    try {
      VisionEngine found = VisionEngine.named(engine.name());
      Optional<String> problem = found.problemOn(NativePlatform.current());
      if (problem.isPresent()) {
        throw new UnsupportedMachineException(
            "vision cannot train here: the library of vision.engine=%s %s"
                .formatted(engine.name(), problem.get()));
      }
      return found.onDevice(VisionDevice.named(engine.device()));
    } catch (IllegalStateException e) {
      throw engine.unavailable(e);
    }
  }
}
