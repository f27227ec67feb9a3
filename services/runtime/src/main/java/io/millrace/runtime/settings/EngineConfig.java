package io.millrace.runtime.settings;

import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/**
 * Which library computes networks, and on which device: the same for all services of a process.
 *
 * @param name the name of the library
 * @param device {@code cpu} or {@code cuda}
 */
public record EngineConfig(String name, String device) {

  private static final String NAME = "vision.engine";
  private static final String DEVICE = "vision.device";

  /** Adds the definitions. */
  static void define(ConfigDef definition) {
    var fingerprint = new ConfigDef();
    fingerprint.define(
        NAME,
        Type.STRING,
        "dl4j",
        new ConfigDef.NonEmptyString(),
        Importance.MEDIUM,
        "The library that computes networks in vision and scoring: dl4j, which is always"
            + " included, or libtorch, which is added as a folder.");
    ModelFingerprint.define(definition, fingerprint);
    definition.define(
        DEVICE,
        Type.STRING,
        "cpu",
        ValidString.in("cpu", "cuda"),
        Importance.MEDIUM,
        "The device on which it computes: cpu, or cuda, which needs libtorch built with -Pcuda"
            + " and an NVIDIA GPU. Another device rounds differently.");
  }

  /** Reads the defined settings. */
  static EngineConfig from(AbstractConfig values) {
    return new EngineConfig(values.getString(NAME), values.getString(DEVICE));
  }

  /** The exception for an engine that cannot be loaded; its message names the settings. */
  public SettingsException unavailable(Exception why) {
    return new SettingsException(
        "%s=%s, %s=%s: %s".formatted(NAME, name, DEVICE, device, why.getMessage()));
  }
}
