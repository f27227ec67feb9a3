package io.millrace.scoring;

import io.millrace.learning.vision.PredictorLoader;
import io.millrace.runtime.batch.BatchLoop;
import io.millrace.runtime.batch.BatchProcessor;
import io.millrace.runtime.kafka.TopicIds;
import io.millrace.runtime.lifecycle.AccompaniedService;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.models.ServingPolicy;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.scoring.answers.NetworkLoader;
import io.millrace.scoring.promotion.PromotionConfig;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Scores every image and document vector by the newest model, or by the one that was promoted:
 * {@code images, document-vectors, models -> predictions, reconstructions}.
 */
public final class ScoringService {

  public static final ServiceType TYPE =
      new ServiceType(
          ScoringConfig.NAME,
          "Predicts every image and document by the newest model; sends an image's reconstruction.",
          ScoringConfig.definition(),
          ScoringService::of,
          settings -> ScoringConfig.from(settings).heap());

  /** The name of the loop of the shadow, in its consumer group and its meters. */
  static final String SHADOW = ScoringConfig.NAME + "-shadow";

  private ScoringService() {}

  /**
   * Who decides which version of a model answers, by the settings of scoring.
   *
   * @return empty if scoring has no such model
   * @throws SettingsException if a setting is bad
   */
  public static Optional<ServingPolicy> servingPolicy(Settings settings, String model) {
    return List.of(ImageScorer.MODEL, DocumentScorer.MODEL).contains(model)
        ? Optional.of(ScoringConfig.from(settings).serving(model))
        : Optional.empty();
  }

  /** The name of the setting of {@link #servingPolicy}. */
  public static String servingSetting(String model) {
    return ScoringConfig.NAME + "." + model + ".serving";
  }

  private static Service of(Settings settings) {
    ScoringConfig config = ScoringConfig.from(settings);
    var gate = new ServingGate();
    Service serving =
        BatchLoop.of(
            ScoringConfig.NAME, settings, config.loop(), processor(settings, config, gate));
    return config.hasShadow(ImageScorer.MODEL) || config.hasShadow(DocumentScorer.MODEL)
        ? withShadow(serving, settings, config, gate)
        : serving;
  }

  /** The shadow may fail without what is served. */
  private static Service withShadow(
      Service serving, Settings settings, ScoringConfig config, ServingGate gate) {
    var metrics = new ShadowMetrics();
    return new AccompaniedService(
        serving,
        () ->
            BatchLoop.of(
                SHADOW, settings, config.shadowLoop(), shadow(settings, config, gate, metrics)),
        metrics::restarted,
        metrics);
  }

  /** Makes processors of the shadow; each follows the models topic from the start. */
  static Supplier<BatchProcessor> shadow(
      Settings settings, ScoringConfig config, ServingGate gate, ShadowMetrics metrics) {
    return () -> {
      var processor =
          new ShadowProcessor(
              settings.topics(),
              config,
              config.hasShadow(ImageScorer.MODEL)
                  ? Optional.of(NetworkLoader.of(config.engine()))
                  : Optional.empty(),
              new ShadowScorer.Shared(
                  new OutputRecords(
                      settings.topics(), new TopicIds(settings), config.carriedHeaders()),
                  new KafkaServingLog(settings),
                  gate,
                  metrics));
      processor.follow(settings);
      return processor;
    };
  }

  /**
   * Makes processors; each follows the models topic from the start.
   *
   * @throws SettingsException if a rule's setting is bad, or the vision engine is not installed
   */
  static Supplier<BatchProcessor> processor(
      Settings settings, ScoringConfig config, ServingGate gate) {
    Optional<PredictorLoader> loader =
        config.images() ? Optional.of(NetworkLoader.of(config.engine())) : Optional.empty();
    PromotionConfig rules = PromotionConfig.from(settings);
    return () -> {
      var processor =
          new ScoringProcessor(
              settings.topics(),
              new TopicIds(settings),
              config,
              loader,
              new KafkaServingLog(settings),
              new ScoringMetrics(),
              gate);
      processor.follow(settings, rules);
      return processor;
    };
  }
}
