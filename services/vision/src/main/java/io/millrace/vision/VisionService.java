package io.millrace.vision;

import io.millrace.learning.vision.VisionDevice;
import io.millrace.learning.vision.VisionEngine;
import io.millrace.runtime.EngineConfig;
import io.millrace.runtime.Service;
import io.millrace.runtime.ServiceType;
import io.millrace.runtime.Settings;
import io.millrace.runtime.TrainerLoop;

/** Trains the convolutional network: {@code image-examples -> models}. */
public final class VisionService {

  public static final ServiceType TYPE =
      new ServiceType(
          VisionSettings.NAME,
          "Learns to tell images apart and to rebuild them, from labelled images.",
          VisionDefinitions.all(),
          VisionService::of);

  private VisionService() {}

  private static Service of(Settings settings) {
    VisionSettings vision = VisionSettings.from(settings);
    VisionEngine engine = engine(vision.engine());
    return TrainerLoop.of(
        VisionSettings.NAME,
        settings,
        vision.loop(),
        settings.topics().imageExamples(),
        () -> new VisionTrainer(vision, engine));
  }

  /** The engine of the settings; refuses what is not there by their names. */
  static VisionEngine engine(EngineConfig engine) {
    try {
      return VisionEngine.named(engine.name()).on(VisionDevice.named(engine.device()));
    } catch (IllegalStateException e) {
      throw engine.refused(e);
    }
  }
}
