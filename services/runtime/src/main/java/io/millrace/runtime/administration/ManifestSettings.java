package io.millrace.runtime.administration;

import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.training.Trainer;
import io.millrace.runtime.training.TrainerLoop;
import io.millrace.schemas.avro.ModelManifest;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** The settings with which a version can be learned again. */
public final class ManifestSettings {

  private ManifestSettings() {}

  /**
   * The settings of this process, and where the model depends on them and was learned with others,
   * those. A manifest also has settings that say nothing beside others, such as the momentum of an
   * optimizer that has none.
   *
   * @param service the service that trains the model; begins the names of its settings
   * @param trainers how its trainer is made from settings
   */
  public static Settings of(
      Settings settings,
      ModelManifest manifest,
      String service,
      Function<Settings, TrainerLoop.Definition<?>> trainers) {
    Settings present = settings.with(Map.of(service + ".step.idle.ms", "0"));
    Map<String, String> now = fingerprint(trainers.apply(present));
    Map<String, String> then = new HashMap<>();
    manifest
        .getSettings()
        .forEach((name, value) -> {
          if (now.containsKey(name) && !value.equals(now.get(name))) {
            then.put(service + "." + name, value);
          }
        });
    return present.with(then);
  }

  /** Every setting that makes another model of the same log, without the service before it. */
  static <E> Map<String, String> fingerprint(TrainerLoop.Definition<E> definition) {
    try (Trainer<E> trainer = definition.trainer().get()) {
      return definition.config().fingerprint(trainer);
    }
  }
}
