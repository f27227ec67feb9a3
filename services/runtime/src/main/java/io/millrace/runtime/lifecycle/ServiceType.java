package io.millrace.runtime.lifecycle;

import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigDef;

/**
 * A kind of service that can be started: its name, its settings and its factory.
 *
 * @param name the name on the command line: {@code vision}
 * @param description one sentence for {@code --help}
 * @param definition its own settings, without the shared ones; their names begin with its name
 * @param create makes the service; throws {@link SettingsException} if a setting is invalid
 */
public record ServiceType(
    String name, String description, ConfigDef definition, Function<Settings, Service> create) {
  public ServiceType {
    for (String setting : definition.names()) {
      if (!setting.startsWith(name + ".")) {
        throw new IllegalArgumentException(setting + " must begin with " + name + ".");
      }
    }
  }
}
