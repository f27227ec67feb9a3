package io.millrace.labelling;

import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.streams.StreamsService;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * The settings of labelling.
 *
 * @param retention how long subjects, labels and written offsets are kept after they were stored
 * @param unlabelledAfter how long an image waits for its label before it is written without one;
 *     empty: an image without a label is never written
 */
public record LabellingConfig(Duration retention, Optional<Duration> unlabelledAfter) {

  static final String NAME = "labelling";

  /** A trainer gathers examples for longer than this anyway. */
  static final Duration COMMIT_INTERVAL = Duration.ofMillis(500);

  private static final String RETENTION = "labelling.retention.ms";
  private static final String WAIT = "labelling.wait.ms";
  private static final long NEVER = -1;

  public LabellingConfig {
    if (!retention.isPositive()) {
      throw new IllegalArgumentException("retention must be positive, was " + retention);
    }
    unlabelledAfter.ifPresent(time -> {
      if (!time.isPositive() || time.compareTo(retention) >= 0) {
        throw new IllegalArgumentException(
            WAIT + " must be positive and less than " + RETENTION + ", was " + time.toMillis());
      }
    });
  }

  /** The definitions, with defaults and documentation. */
  public static ConfigDef definition() {
    var definition =
        new ConfigDef()
            .define(
                RETENTION,
                Type.LONG,
                Duration.ofDays(7).toMillis(),
                Range.atLeast(1),
                Importance.MEDIUM,
                "How long a subject waits for its label, and a label for its subject, from when"
                    + " labelling read it, by the brokers' clock. After that it is evicted and"
                    + " counted.")
            .define(
                WAIT,
                Type.LONG,
                NEVER,
                Range.atLeast(NEVER),
                Importance.MEDIUM,
                "How long an image waits for its label, from when labelling read it, before it is"
                    + " written without one, to train the decoder. -1: never.");
    return StreamsService.define(definition, NAME, COMMIT_INTERVAL);
  }

  /**
   * Reads the settings.
   *
   * @throws SettingsException if one is bad
   */
  public static LabellingConfig from(Settings settings) {
    var values = settings.read(definition());
    long wait = values.getLong(WAIT);
    try {
      return new LabellingConfig(
          Duration.ofMillis(values.getLong(RETENTION)),
          wait == NEVER ? Optional.empty() : Optional.of(Duration.ofMillis(wait)));
    } catch (IllegalArgumentException e) {
      throw new SettingsException(String.valueOf(e.getMessage()));
    }
  }
}
