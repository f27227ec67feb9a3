package io.millrace.evaluation;

import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.streams.StreamsService;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * The settings of the evaluation.
 *
 * @param window the length of a window, in record time of the predictions
 * @param retention how long predictions, labels and positions of examples are kept after they were
 *     stored
 * @param publishInterval how often windows that have changed are published
 */
public record EvaluationConfig(Duration window, Duration retention, Duration publishInterval) {

  static final String NAME = "evaluation";

  /** As often as changed windows are published. */
  static final Duration COMMIT_INTERVAL = Duration.ofMillis(1_000);

  private static final String WINDOW = "evaluation.window.ms";
  private static final String RETENTION = "evaluation.retention.ms";
  private static final String PUBLISH_INTERVAL = "evaluation.publish.interval.ms";

  public EvaluationConfig {
    if (!window.isPositive() || !retention.isPositive() || !publishInterval.isPositive()) {
      throw new IllegalArgumentException(
          "window, retention and publishInterval must be positive, were "
              + window
              + ", "
              + retention
              + ", "
              + publishInterval);
    }
  }

  /** The definitions, with defaults and documentation. */
  public static ConfigDef definition() {
    var definition =
        new ConfigDef()
            .define(
                WINDOW,
                Type.LONG,
                10_000,
                Range.between(1, Duration.ofDays(1).toMillis()),
                Importance.MEDIUM,
                "The length of a window, in record time of the predictions.")
            .define(
                RETENTION,
                Type.LONG,
                Duration.ofDays(7).toMillis(),
                Range.atLeast(1),
                Importance.MEDIUM,
                "How long a prediction waits for its label, and a label for its prediction, from"
                    + " when evaluation read it, by the brokers' clock. After that it is evicted"
                    + " and counted.")
            .define(
                PUBLISH_INTERVAL,
                Type.LONG,
                1000,
                Range.between(1, Duration.ofHours(1).toMillis()),
                Importance.LOW,
                "The interval at which changed windows are published.");
    return StreamsService.define(definition, NAME, COMMIT_INTERVAL);
  }

  /**
   * Reads the settings.
   *
   * @throws io.millrace.runtime.settings.SettingsException if one is bad
   */
  public static EvaluationConfig from(Settings settings) {
    var values = settings.read(definition());
    return new EvaluationConfig(
        Duration.ofMillis(values.getLong(WINDOW)),
        Duration.ofMillis(values.getLong(RETENTION)),
        Duration.ofMillis(values.getLong(PUBLISH_INTERVAL)));
  }
}
