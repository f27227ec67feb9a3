package io.millrace.runtime.settings;

import io.millrace.schemas.input.InputConfig;
import io.millrace.schemas.input.InputDecoder;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * How the records of producers are read. All services share these settings, since all readers of a
 * topic must understand the same; services in processes of their own must be given the same.
 */
final class InputSettings {

  private InputSettings() {}

  /** Adds the definitions. */
  static void define(ConfigDef definition) {
    for (InputConfig.Setting setting : InputConfig.SETTINGS) {
      definition.define(
          setting.name(),
          ConfigDef.Type.STRING,
          setting.standard(),
          Importance.MEDIUM,
          "Where %s in JSON records: a JSON Pointer (RFC 6901) such as /payload/after/body. %s"
              .formatted(setting.what(), setting.whenEmpty())
              .strip());
    }
  }

  /**
   * Makes the decoder.
   *
   * @throws SettingsException if a setting is bad
   */
  static InputDecoder decoder(Settings settings) {
    var definition = new ConfigDef();
    define(definition);
    AbstractConfig values = settings.read(definition);
    try {
      return new InputDecoder(
          InputConfig.of(values::getString), RegistrySettings.registry(settings).map(it -> it));
    } catch (IllegalArgumentException e) {
      throw new SettingsException(String.valueOf(e.getMessage()));
    }
  }
}
