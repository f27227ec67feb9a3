package io.millrace.runtime.settings;

import io.millrace.runtime.registry.HttpSchemaRegistry;
import io.millrace.schemas.input.InputConfig;
import io.millrace.schemas.input.InputDecoder;
import io.millrace.schemas.input.SchemaRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.types.Password;

/**
 * How the records of producers are read. All services share these settings, since all readers of a
 * topic must understand the same; services in processes of their own must be given the same.
 */
final class InputSettings {

  private static final String REGISTRY = "schema.registry.url";
  private static final String REGISTRY_AUTH = "schema.registry.basic.auth";

  /** A registry that does not answer is waited for about a minute. */
  private static final int ATTEMPTS = 30;

  private static final Duration PAUSE = Duration.ofSeconds(2);

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
    definition
        .define(
            REGISTRY,
            ConfigDef.Type.STRING,
            "",
            Importance.MEDIUM,
            "The schema registry, such as http://localhost:8081, that has the schemas of records in"
                + " Confluent's wire format. Without one such records become dead letters.")
        .define(
            REGISTRY_AUTH,
            ConfigDef.Type.PASSWORD,
            "",
            Importance.LOW,
            "User and password for the schema registry, as USER:PASSWORD; empty for none.");
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
      return new InputDecoder(InputConfig.of(values::getString), registry(values));
    } catch (IllegalArgumentException e) {
      throw new SettingsException(String.valueOf(e.getMessage()));
    }
  }

  private static Optional<SchemaRegistry> registry(AbstractConfig values) {
    String url = values.getString(REGISTRY);
    if (url.isEmpty()) {
      return Optional.empty();
    }
    if (url.contains("@")) {
      throw new IllegalArgumentException(
          REGISTRY
              + " must have no user and password, which errors would show: set "
              + REGISTRY_AUTH);
    }
    if (!url.matches("https?://.+")) {
      throw new IllegalArgumentException(
          REGISTRY + " must begin with http:// or https://, was " + url);
    }
    URI.create(url);
    Password credentials = values.getPassword(REGISTRY_AUTH);
    return Optional.of(
        new HttpSchemaRegistry(
            url, Optional.of(credentials.value()).filter(it -> !it.isEmpty()), ATTEMPTS, PAUSE));
  }
}
