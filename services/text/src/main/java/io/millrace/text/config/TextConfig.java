package io.millrace.text.config;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.weighting.Weighting;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.streams.StreamsService;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;

/**
 * The settings of the text service.
 *
 * @param analysis how text is analyzed to terms
 * @param weighting how terms are weighted
 * @param publishInterval how often a partition publishes its counts while they change
 * @param limits how much is kept
 * @param store where the counted documents are stored, besides their changelog
 * @param carriedHeaders the headers of a document that its vector has too
 */
public record TextConfig(
    Analysis analysis,
    Weighting weighting,
    Duration publishInterval,
    TextLimits limits,
    DocumentStoreType store,
    List<String> carriedHeaders) {

  public static final String NAME = "text";

  private static final String PUBLISH_INTERVAL = "text.publish.interval.ms";
  private static final String STORE = "text.store";

  public TextConfig {
    carriedHeaders = List.copyOf(carriedHeaders);
    if (!publishInterval.isPositive()) {
      throw new IllegalArgumentException(
          PUBLISH_INTERVAL + " must be positive, was " + publishInterval.toMillis());
    }
  }

  /** The definitions of all settings. */
  public static ConfigDef definition() {
    var definition =
        new ConfigDef()
            .define(
                PUBLISH_INTERVAL,
                Type.LONG,
                1000L,
                Range.between(1, 3_600_000),
                Importance.LOW,
                "How often a partition publishes its counts while they change. Shorter makes the"
                    + " weights of other partitions fresher, longer makes less traffic.");
    TextLimits.define(definition);
    definition.define(
        STORE,
        Type.STRING,
        DocumentStoreType.DISK.label(),
        ValidString.in(DocumentStoreType.labels()),
        Importance.MEDIUM,
        "Where the counted documents are stored: disk holds any number and is still there after a"
            + " restart; memory is restored from its topic at every start.");
    AnalysisConfig.define(definition);
    WeightingConfig.define(definition);
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
          AnalysisConfig.read(values),
          WeightingConfig.read(values),
          Duration.ofMillis(values.getLong(PUBLISH_INTERVAL)),
          TextLimits.read(values, settings.common().inputs()),
          DocumentStoreType.named(values.getString(STORE)),
          settings.common().carriedHeaders());
    } catch (ConfigException e) {
      throw new SettingsException(String.valueOf(e.getMessage()));
    }
  }
}
