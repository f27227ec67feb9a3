package io.millrace.runtime.lifecycle;

import io.millrace.runtime.settings.HeapRequirement;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigDef;

/**
 * A kind of service that can be started: its name, its settings and its factory.
 *
 * @param name the name on the command line: {@code vision}
 * @param description one sentence for {@code --help}
 * @param definition its own settings, without the shared ones; their names begin with its name
 * @param create makes the service; throws {@link SettingsException} if a setting is invalid
 * @param createAll makes it and the services of its variants, as far as the settings say that this
 *     process runs them
 * @param heap what its settings may fill of the heap
 */
public record ServiceType(
    String name,
    String description,
    ConfigDef definition,
    Function<Settings, Service> create,
    Function<Settings, List<Service>> createAll,
    Function<Settings, List<HeapRequirement>> heap) {

  /** A service without variants. */
  public ServiceType(
      String name,
      String description,
      ConfigDef definition,
      Function<Settings, Service> create,
      Function<Settings, List<HeapRequirement>> heap) {
    this(name, description, definition, create, settings -> List.of(create.apply(settings)), heap);
  }

  /** A service whose capacities are lowered to the heap, or that keeps nothing in it. */
  public ServiceType(
      String name, String description, ConfigDef definition, Function<Settings, Service> create) {
    this(name, description, definition, create, settings -> List.of());
  }

  public ServiceType {
    for (String setting : definition.names()) {
      if (!setting.startsWith(name + ".")) {
        throw new IllegalArgumentException(setting + " must begin with " + name + ".");
      }
    }
  }
}
