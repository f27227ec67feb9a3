package io.millrace.runtime.settings;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The settings that had another name in an earlier build. {@link Settings#load} refuses the old
 * name and says the new one. Whoever renames a setting adds a line here.
 */
public final class RenamedSettings {

  private static final Map<String, String> NEW_NAMES =
      Map.ofEntries(
          Map.entry("embedding.forgetting", "embedding.adagrad.decay"),
          Map.entry("embedding.memory", "embedding.adagrad.window.min"),
          Map.entry("evaluation.max.classes", "evaluation.classes.max"),
          Map.entry("evaluation.max.slices", "evaluation.slices.max"),
          Map.entry("http.max.connections", "http.connections.max"),
          Map.entry("scoring.max.pixels", InputLimits.IMAGE_PIXELS),
          Map.entry("search.max.results", "search.results.max"),
          Map.entry("text.max.document.bytes", InputLimits.DOCUMENT_BYTES),
          Map.entry("text.weighing", "text.weighting"),
          Map.entry("text.weighing.idf", "text.weighting.idf"),
          Map.entry("text.weighing.norm", "text.weighting.norm"),
          Map.entry("text.weighing.tf", "text.weighting.tf"),
          Map.entry("vision.averaging", "vision.ema.decay"),
          Map.entry("vision.max.classes", "vision.classes.max"),
          Map.entry("vision.max.pixels", InputLimits.IMAGE_PIXELS));

  private RenamedSettings() {}

  /** The new names by the old ones. */
  public static Map<String, String> all() {
    return NEW_NAMES;
  }

  /** The new name of a renamed setting; empty if the name is not an old one. */
  static Optional<String> newName(String name) {
    return Optional.ofNullable(NEW_NAMES.get(name));
  }

  /** The new environment variable of a renamed setting; empty if the variable is not an old one. */
  static Optional<String> newVariable(String variable) {
    return NEW_NAMES.entrySet().stream()
        .filter(renamed -> Settings.variable(renamed.getKey()).equals(variable))
        .map(renamed -> Settings.variable(renamed.getValue()))
        .findFirst();
  }

  /**
   * The settings of a service that a checkpoint was written with, under their new names. One that
   * has become a setting of all services is left out: no fingerprint has those.
   *
   * @param service begins the names of its settings
   * @param settings values by names without the service
   */
  public static Map<String, String> withNewNames(String service, Map<String, String> settings) {
    String prefix = service + ".";
    Map<String, String> renamed = new TreeMap<>();
    settings.forEach((name, value) -> {
      String now = NEW_NAMES.getOrDefault(prefix + name, prefix + name);
      if (now.startsWith(prefix)) {
        renamed.put(now.substring(prefix.length()), value);
      }
    });
    return renamed;
  }
}
