package io.millrace.runtime.variants;

import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.settings.HeapRequirement;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.settings.VariantSettings;
import io.millrace.runtime.training.TrainerLoop;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;

/**
 * The models of a kind: the one that has the name and the settings of its service, and its
 * variants. Each is trained by a {@link TrainerLoop} of its own, as if it were alone: with its own
 * consumer group, transactional id, checkpoint, versions and meters. They share the input, the
 * steps that markers in it close, and the process.
 *
 * @param kind the name of the service
 * @param definition its settings, see {@link VariantSettings#define}
 * @param trainer makes the trainer of a model
 * @param heap what a model with these settings may fill of the heap
 */
public record ModelVariants(
    String kind,
    ConfigDef definition,
    TrainerFactory trainer,
    Function<Settings, List<HeapRequirement>> heap) {

  /** Makes the trainer of a model. */
  public interface TrainerFactory {
    /**
     * Makes it.
     *
     * @param settings those of the model, by the names of its service
     * @throws SettingsException if one is bad
     */
    TrainerLoop.Definition<?> trainer(Settings settings, ModelName model);
  }

  /** The type of the services that train them. */
  public ServiceType serviceType(String description) {
    return new ServiceType(
        kind,
        description,
        definition,
        settings -> service(settings, new ModelName(kind, "")),
        settings -> trained(settings).stream().map(model -> service(settings, model)).toList(),
        this::heapOfAll);
  }

  /** Whether the settings of the kind may name variants. */
  public boolean hasVariants() {
    return definition.names().contains(VariantSettings.variants(kind));
  }

  /**
   * All models that the settings name, whether this process trains them or not; the one without a
   * variant first.
   *
   * @throws SettingsException if a name is bad
   */
  public List<ModelName> all(Settings settings) {
    return Stream.concat(Stream.of(""), VariantSettings.names(settings, definition, kind).stream())
        .map(variant -> new ModelName(kind, variant))
        .toList();
  }

  /**
   * The models that this process trains.
   *
   * @throws SettingsException if the settings choose one that they do not name
   */
  public List<ModelName> trained(Settings settings) {
    List<ModelName> all = all(settings);
    List<String> chosen = VariantSettings.chosen(settings, definition, kind);
    for (String name : chosen) {
      if (all.stream().noneMatch(model -> model.text().equals(name))) {
        throw new SettingsException(
            "%s: there is no model %s; by %s, the models are %s"
                .formatted(
                    VariantSettings.models(kind),
                    name,
                    VariantSettings.variants(kind),
                    all.stream().map(ModelName::text).collect(Collectors.joining(", "))));
      }
    }
    return chosen.isEmpty()
        ? all
        : all.stream().filter(model -> chosen.contains(model.text())).toList();
  }

  /** The settings of a model, by the names of its service. */
  public static Settings settings(Settings settings, ModelName model) {
    return model.variant().isEmpty() ? settings : settings.ofVariant(model.kind(), model.variant());
  }

  /**
   * The trainer of a model.
   *
   * @param settings of the process
   * @throws SettingsException if one is bad; the message has the name by which it was given
   */
  public TrainerLoop.Definition<?> definition(Settings settings, ModelName model) {
    return read(settings, model, own -> trainer.trainer(own, model));
  }

  private Service service(Settings settings, ModelName model) {
    return TrainerLoop.of(settings(settings, model), definition(settings, model));
  }

  private List<HeapRequirement> heapOfAll(Settings settings) {
    Map<String, HeapRequirement> needs = new LinkedHashMap<>();
    for (ModelName model : trained(settings)) {
      Settings own = settings(settings, model);
      for (HeapRequirement need : read(settings, model, heap::apply)) {
        String setting = own.givenName(need.setting());
        needs.merge(
            setting,
            new HeapRequirement(setting, need.value(), need.bytes()),
            (one, other) ->
                new HeapRequirement(
                    setting, one.value(), Math.addExact(one.bytes(), other.bytes())));
      }
    }
    return new ArrayList<>(needs.values());
  }

  private static <T> T read(Settings settings, ModelName model, Function<Settings, T> reader) {
    Settings own = settings(settings, model);
    try {
      return reader.apply(own);
    } catch (SettingsException e) {
      if (model.variant().isEmpty()) {
        throw e;
      }
      throw new SettingsException(
          "model %s: %s"
              .formatted(model.text(), own.withGivenNames(String.valueOf(e.getMessage()))));
    }
  }
}
