package io.millrace.text;

import io.millrace.learning.text.Analysis;
import io.millrace.learning.text.Weighing;
import io.millrace.runtime.Settings;
import io.millrace.runtime.SettingsException;
import io.millrace.runtime.StreamsService;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;

/**
 * The settings of the text service.
 *
 * @param analysis how text is taken apart into terms
 * @param weighing how terms are weighed
 * @param publishInterval how often a partition's counts are published while they change
 * @param bounds what is kept, and how much of it
 */
public record TextConfig(
    Analysis analysis, Weighing weighing, Duration publishInterval, TextBounds bounds) {

  static final String NAME = "text";

  private static final String PUBLISH_INTERVAL = "text.publish.interval.ms";

  public TextConfig {
    if (!publishInterval.isPositive()) {
      throw new IllegalArgumentException(
          PUBLISH_INTERVAL + " must be positive, was " + publishInterval.toMillis());
    }
  }

  /** The definitions, with defaults and documentation. */
  public static ConfigDef definition() {
    var definition =
        new ConfigDef()
            .define(
                PUBLISH_INTERVAL,
                Type.LONG,
                1000L,
                Range.between(1, 3_600_000),
                Importance.LOW,
                "How often a partition publishes its counts while they change: shorter is fresher"
                    + " weights elsewhere, longer is less traffic.");
    TextBounds.define(definition);
    AnalysisSettings.define(definition);
    WeighingSettings.define(definition);
    return StreamsService.define(definition, NAME);
  }

  /**
   * Reads the settings.
   *
   * @throws SettingsException if one is bad
   */
  public static TextConfig from(Settings settings) {
    var values = settings.read(definition());
    try {
      return new TextConfig(
          AnalysisSettings.read(values),
          WeighingSettings.read(values),
          Duration.ofMillis(values.getLong(PUBLISH_INTERVAL)),
          TextBounds.read(values));
    } catch (ConfigException e) {
      throw new SettingsException(String.valueOf(e.getMessage()));
    }
  }
}
