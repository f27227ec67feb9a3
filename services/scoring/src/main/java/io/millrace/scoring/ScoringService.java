package io.millrace.scoring;

import io.millrace.learning.vision.PredictorLoader;
import io.millrace.learning.vision.VisionDevice;
import io.millrace.learning.vision.VisionEngine;
import io.millrace.learning.vision.kernels.KernelPredictorLoader;
import io.millrace.runtime.batch.BatchLoop;
import io.millrace.runtime.batch.BatchProcessor;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.settings.EngineConfig;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Answers every image and document vector by the newest model: {@code images, document-vectors,
 * models -> predictions, reconstructions}.
 */
public final class ScoringService {

  public static final ServiceType TYPE =
      new ServiceType(
          ScoringConfig.NAME,
          "Answers every image and document by the newest model, and shows images as it sees them.",
          ScoringConfig.definition(),
          ScoringService::of);

  private ScoringService() {}

  private static Service of(Settings settings) {
    ScoringConfig config = ScoringConfig.from(settings);
    return BatchLoop.of(ScoringConfig.NAME, settings, config.loop(), processor(settings, config));
  }

  /**
   * Makes the processor, which begins to follow the models when it is made.
   *
   * @throws SettingsException if the vision engine is not there
   */
  static Supplier<BatchProcessor> processor(Settings settings, ScoringConfig config) {
    Optional<PredictorLoader> loader =
        config.images() ? Optional.of(loader(config.engine())) : Optional.empty();
    return () -> {
      var metrics = new ScoringMetrics();
      var models = new ServedModels(loader, config.threads(), config.documents(), metrics);
      models.follow(settings);
      return new ScoringProcessor(settings.topics(), config, models, metrics);
    };
  }

  /** The kernels where they can stand in for the engine, which is not loaded then; else it. */
  static PredictorLoader loader(EngineConfig engine) {
    VisionDevice device = VisionDevice.named(engine.device());
    return KernelPredictorLoader.inPlaceOf(engine.name(), device)
        .orElseGet(() -> engine(engine, device));
  }

  private static PredictorLoader engine(EngineConfig engine, VisionDevice device) {
    try {
      return VisionEngine.named(engine.name()).onDevice(device);
    } catch (IllegalStateException e) {
      throw engine.unavailable(e);
    }
  }
}
