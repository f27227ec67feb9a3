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
 * @param maxDocumentBytes the largest value of a record of {@code documents} that is weighed; at
 *     least 1, at most {@value #LARGEST}
 * @param publishInterval how often a partition's counts are published while they change
 * @param deletionsKept how long it is remembered that a document was deleted, in wall-clock time
 */
public record TextConfig(
    Analysis analysis,
    Weighing weighing,
    int maxDocumentBytes,
    Duration publishInterval,
    Duration deletionsKept) {

  static final String NAME = "text";

  /** What inputs may have, and what a vector may have: records on topics are a little larger. */
  static final int LARGEST = 8_388_608;

  private static final String MAX_DOCUMENT_BYTES = "text.max.document.bytes";
  private static final String PUBLISH_INTERVAL = "text.publish.interval.ms";
  private static final String DELETIONS_KEPT = "text.deletions.kept.ms";

  public TextConfig {
    if (maxDocumentBytes < 1 || maxDocumentBytes > LARGEST) {
      throw new IllegalArgumentException(
          MAX_DOCUMENT_BYTES + " must be from 1 to " + LARGEST + ", was " + maxDocumentBytes);
    }
    positive(PUBLISH_INTERVAL, publishInterval);
    positive(DELETIONS_KEPT, deletionsKept);
  }

  private static void positive(String setting, Duration time) {
    if (!time.isPositive()) {
      throw new IllegalArgumentException(setting + " must be positive, was " + time.toMillis());
    }
  }

  /** The definitions, with defaults and documentation. */
  public static ConfigDef definition() {
    var definition =
        new ConfigDef()
            .define(
                MAX_DOCUMENT_BYTES,
                Type.INT,
                1_048_576,
                Range.between(1, LARGEST),
                Importance.MEDIUM,
                "The largest document in bytes, as it comes; a larger one is a dead letter.")
            .define(
                PUBLISH_INTERVAL,
                Type.LONG,
                1000L,
                Range.between(1, 3_600_000),
                Importance.LOW,
                "How often a partition publishes its counts while they change: shorter is fresher"
                    + " weights elsewhere, longer is less traffic.")
            .define(
                DELETIONS_KEPT,
                Type.LONG,
                Duration.ofDays(1).toMillis(),
                Range.atLeast(1),
                Importance.LOW,
                "How long a deletion is remembered, so that an older record of the same document"
                    + " from another partition does not bring it back.");
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
          values.getInt(MAX_DOCUMENT_BYTES),
          Duration.ofMillis(values.getLong(PUBLISH_INTERVAL)),
          Duration.ofMillis(values.getLong(DELETIONS_KEPT)));
    } catch (ConfigException e) {
      throw new SettingsException(String.valueOf(e.getMessage()));
    }
  }
}
