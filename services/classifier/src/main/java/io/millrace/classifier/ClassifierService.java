package io.millrace.classifier;

import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.training.TrainerLoop;

/** Learns the class of documents: {@code document-examples -> models}. */
public final class ClassifierService {

  public static final ServiceType TYPE =
      new ServiceType(
          ClassifierConfig.NAME,
          "Learns the class of documents from their weighted terms, new terms and classes"
              + " included.",
          ClassifierConfigDef.all(),
          ClassifierService::of,
          settings -> ClassifierConfig.from(settings).heap());

  private ClassifierService() {}

  private static Service of(Settings settings) {
    return TrainerLoop.of(settings, definition(settings));
  }

  /** The trainer with these settings. */
  public static TrainerLoop.Definition<?> definition(Settings settings) {
    ClassifierConfig config = ClassifierConfig.from(settings);
    return new TrainerLoop.Definition<>(
        ClassifierConfig.NAME,
        config.loop(),
        settings.topics().documentExamples(),
        () -> new ClassifierTrainer(config));
  }
}
