package io.millrace.text.state;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.runtime.settings.IncompatibleStateException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.avro.SchemaNormalization;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What the documents of a partition were taken apart with, kept in the store {@code published}
 * beside its numbers: counts of different terms must not be added up. Kept with the first document,
 * in its transaction.
 */
public final class AnalysisCompatibility {

  /** Begins the keys; behind it is a setting with its value. */
  private static final String KEPT = "with ";

  private static final long ANY = 0;

  private final KeyValueStore<String, Long> store;
  private final SortedMap<String, String> settings = new TreeMap<>();
  private boolean isSaved;

  /**
   * Compares an analysis with the one that is kept.
   *
   * @throws IncompatibleStateException if it is another; the message names the setting
   */
  public AnalysisCompatibility(KeyValueStore<String, Long> store, Analysis analysis) {
    this.store = store;
    analysis.description().forEach((name, value) -> settings.put("text." + name, value));
    SortedMap<String, String> kept = saved();
    if (!kept.isEmpty()) {
      isSaved = true;
      compare(kept);
    }
  }

  /** Tells an analysis from others: a hash of all that the counts depend on. */
  public static long fingerprint(Analysis analysis) {
    return SchemaNormalization.fingerprint64(analysis.description().toString().getBytes(UTF_8));
  }

  private SortedMap<String, String> saved() {
    SortedMap<String, String> kept = new TreeMap<>();
    try (KeyValueIterator<String, Long> all = store.all()) {
      all.forEachRemaining(entry -> {
        if (entry.key.startsWith(KEPT)) {
          String[] setting = entry.key.substring(KEPT.length()).split("=", 2);
          kept.put(setting[0], setting[1]);
        }
      });
    }
    return kept;
  }

  private void compare(Map<String, String> kept) {
    SortedMap<String, String> all = new TreeMap<>(kept);
    all.putAll(settings);
    for (String name : all.keySet()) {
      String now = settings.getOrDefault(name, "");
      String then = kept.getOrDefault(name, "");
      if (!now.equals(then)) {
        throw new IncompatibleStateException(
            "%s is \"%s\", but the documents so far were counted with \"%s\"; put it back, or have"
                    .formatted(name, now, then)
                + " all documents counted anew by `millrace documents reset`");
      }
    }
  }

  /** Keeps it; returns false if it was kept before. */
  public boolean save() {
    if (isSaved) {
      return false;
    }
    settings.forEach((name, value) -> store.put(KEPT + name + "=" + value, ANY));
    isSaved = true;
    return true;
  }
}
