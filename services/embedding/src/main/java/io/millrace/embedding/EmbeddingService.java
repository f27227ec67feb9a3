package io.millrace.embedding;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.training.TrainerLoop;
import io.millrace.runtime.variants.ModelVariants;
import io.millrace.topics.Topics;
import java.util.Map;

/** Learns word vectors by Skip-Gram: {@code documents -> word-vectors}. */
public final class EmbeddingService {

  /** The model {@code embedding} and its variants. */
  public static final ModelVariants MODELS =
      new ModelVariants(
          EmbeddingConfig.NAME,
          EmbeddingConfig.definition(),
          EmbeddingService::trainer,
          settings -> EmbeddingConfig.from(settings).heap());

  public static final ServiceType TYPE =
      MODELS.serviceType("Learns a vector for every word of the documents, new words included.");

  private EmbeddingService() {}

  /**
   * How a service with these settings splits texts into words.
   *
   * @throws SettingsException if a setting is bad
   */
  public static Analysis analysis(Settings settings) {
    return EmbeddingConfig.from(settings).analysis();
  }

  /**
   * The settings among a model's that make other words of the same text, by name without the
   * prefix.
   *
   * @param model all settings of a model, as its manifest holds them
   */
  public static Map<String, String> analysisSettings(Map<String, String> model) {
    return WordAnalysisSettings.analysisOf(model);
  }

  private static TrainerLoop.Definition<?> trainer(Settings settings, ModelName model) {
    EmbeddingConfig config = EmbeddingConfig.from(settings);
    Topics topics = settings.topics();
    var readers = ThreadLocal.withInitial(() -> new InterningTokenizer(config.analysis()));
    return new TrainerLoop.Definition<>(
        EmbeddingConfig.NAME,
        model.text(),
        config.loop(),
        topics.documents(),
        () ->
            new EmbeddingTrainer(
                model,
                config,
                settings.inputs(),
                text -> readers.get().words(text),
                topics.wordVectors(),
                new PublishedVectorsTopic(settings, model)));
  }
}
