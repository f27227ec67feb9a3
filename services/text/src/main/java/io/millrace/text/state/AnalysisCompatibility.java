package io.millrace.text.state;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.schemas.AnalysisFingerprint;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Compares the analysis of this instance with the one that counted the documents of a partition:
 * counts of different terms must not be added up. The settings of the analysis are kept in {@link
 * PartitionMetadata} from the first document on, in the same transaction.
 */
public final class AnalysisCompatibility {

  /** Begins the names; a setting with its value follows. */
  private static final String PREFIX = "analysis ";

  private static final long NO_VALUE = 0;

  private final PartitionMetadata metadata;
  private final SortedMap<String, String> settings = new TreeMap<>();
  private boolean isSaved;

  /**
   * Compares the two.
   *
   * @throws IncompatibleStateException if they differ; the message names the setting
   */
  public AnalysisCompatibility(PartitionMetadata metadata, Analysis analysis) {
    this.metadata = metadata;
    analysis.description().forEach((name, value) -> settings.put("text." + name, value));
    SortedMap<String, String> saved = saved();
    if (!saved.isEmpty()) {
      isSaved = true;
      compare(saved);
    }
  }

  /** Tells an analysis from others: a hash of everything that the counts depend on. */
  public static long fingerprint(Analysis analysis) {
    return AnalysisFingerprint.of(analysis.description());
  }

  private SortedMap<String, String> saved() {
    SortedMap<String, String> saved = new TreeMap<>();
    metadata
        .withPrefix(PREFIX)
        .keySet()
        .forEach(entry -> {
          String[] setting = entry.substring(PREFIX.length()).split("=", 2);
          saved.put(setting[0], setting[1]);
        });
    return saved;
  }

  private void compare(Map<String, String> saved) {
    SortedMap<String, String> all = new TreeMap<>(saved);
    all.putAll(settings);
    for (String name : all.keySet()) {
      String now = settings.getOrDefault(name, "");
      String before = saved.getOrDefault(name, "");
      if (!now.equals(before)) {
        throw new IncompatibleStateException(
            ("%s is \"%s\", but the documents so far were counted with \"%s\": set it back, or let"
                    + " all documents be counted again by `millrace documents reset`")
                .formatted(name, now, before));
      }
    }
  }

  /**
   * Saves the settings of the analysis with the first document.
   *
   * @return whether it was the first
   */
  public boolean save() {
    if (isSaved) {
      return false;
    }
    settings.forEach((name, value) -> metadata.put(PREFIX + name + "=" + value, NO_VALUE));
    isSaved = true;
    return true;
  }
}
