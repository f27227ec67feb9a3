package io.millrace.classifier;

import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.training.TrainerLoop;
import io.millrace.runtime.variants.ModelVariants;

/** Learns the class of documents: {@code document-examples -> models}. */
public final class ClassifierService {

  /** The model {@code classifier} and its variants. */
  public static final ModelVariants MODELS =
      new ModelVariants(
          ClassifierConfig.NAME,
          ClassifierConfigDef.all(),
          ClassifierService::trainer,
          settings -> ClassifierConfig.from(settings).heap());

  public static final ServiceType TYPE =
      MODELS.serviceType(
          "Learns the class of documents from their weighted terms, new terms and classes"
              + " included.");

  private ClassifierService() {}

  private static TrainerLoop.Definition<?> trainer(Settings settings, ModelName model) {
    ClassifierConfig config = ClassifierConfig.from(settings);
    return new TrainerLoop.Definition<>(
        ClassifierConfig.NAME,
        model.text(),
        config.loop(),
        settings.topics().documentExamples(),
        () -> new ClassifierTrainer(model.text(), config));
  }
}
