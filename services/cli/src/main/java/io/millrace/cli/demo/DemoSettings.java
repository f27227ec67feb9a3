package io.millrace.cli.demo;

import io.millrace.runtime.settings.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** The settings of the demonstration, for settings that the user has not given. */
final class DemoSettings {

  /** Settings on which the models depend: to continue with the models, give the same again. */
  private static final Map<String, String> MODELS =
      Map.of(
          "vision.step.batches", "40",
          "classifier.step.batches", "32",
          "embedding.batch.size", "100",
          "embedding.step.batches", "10");

  /** The demonstration closes its steps itself, and shows what learning once is worth. */
  private static final Map<String, String> PROCESS =
      Map.of(
          "vision.step.idle.ms", "0",
          "classifier.step.idle.ms", "0",
          "embedding.step.idle.ms", "0",
          "http.host", "127.0.0.1",
          "http.port", "0",
          "scoring.batch.max.records", "200");

  private DemoSettings() {}

  /** The given settings, completed by those of the demonstration. */
  static Settings withDefaults(Settings given) {
    return given.withDefaults(MODELS).withDefaults(PROCESS);
  }

  /**
   * Writes a settings file with which {@code up} can continue with the models.
   *
   * @throws IOException if it cannot be written
   */
  static void write(Path file) throws IOException {
    var text =
        new StringBuilder(
            "# The models depend on these settings: continue with millrace up --config"
                + " this-file\n");
    new TreeMap<>(MODELS)
        .forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
    Files.writeString(file, text, StandardCharsets.UTF_8);
  }
}
