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

  /**
   * Settings on which the models depend: to continue with the models, give the same again. The
   * embedding's defaults are for a stream of many millions of words. The mails have 1.7 million, a
   * tenth of them 0.2 million, each read once: so vectors of fewer numbers, faster steps, and fewer
   * of the frequent words dropped. With the defaults, all words of a tenth had a cosine of 0.99,
   * and those nearest to linux were first names.
   */
  private static final Map<String, String> MODELS =
      Map.of(
          "vision.step.batches", "40",
          "classifier.step.batches", "32",
          "embedding.batch.size", "20",
          "embedding.step.batches", "50",
          "embedding.dimensions", "50",
          "embedding.window", "6",
          "embedding.sample", "0.001",
          "embedding.learning.rate", "0.2");

  /** The demonstration closes its steps itself, and shows what learning once is worth. */
  private static final Map<String, String> PROCESS =
      Map.of(
          "vision.step.idle.ms", "0",
          "classifier.step.idle.ms", "0",
          "embedding.step.idle.ms", "0",
          "http.host", "127.0.0.1",
          "http.port", "0",
          "scoring.batch.max.records", "200",
          // Nobody waits for a single answer here; a default user does.
          "scoring.commit.interval.ms", "100");

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
