package io.millrace.text.config;

import io.millrace.runtime.settings.HeapCapacity;
import io.millrace.runtime.settings.InputLimits;
import java.time.Duration;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * How much the text service keeps.
 *
 * @param maxDocumentBytes the largest value of a record of {@code documents} that is accepted
 * @param vocabularyCapacity the most terms that are counted in all partitions together; a term
 *     counts once in each partition that has it
 * @param retention how long a document counts, by record time; zero for ever
 * @param deletionRetention how long a deletion is remembered, by wall-clock time
 */
public record TextLimits(
    int maxDocumentBytes, int vocabularyCapacity, Duration retention, Duration deletionRetention) {

  private static final String VOCABULARY = "text.vocabulary.capacity";

  /**
   * Heap of a term: in a heap of 512 MiB the service ended at 1.3 to 2 million terms, counted by
   * its partition and published to all.
   */
  private static final int TERM_BYTES = 420;

  private static final double VOCABULARY_SHARE = 0.5;

  private static final String RETENTION = "text.retention.ms";
  private static final String DELETIONS_KEPT = "text.deletions.kept.ms";

  public TextLimits {
    if (vocabularyCapacity < 1) {
      throw new IllegalArgumentException(VOCABULARY + " must be >= 1, was " + vocabularyCapacity);
    }
    if (retention.isNegative()) {
      throw new IllegalArgumentException(RETENTION + " must be >= 0, was " + retention.toMillis());
    }
    if (!deletionRetention.isPositive()) {
      throw new IllegalArgumentException(
          DELETIONS_KEPT + " must be positive, was " + deletionRetention.toMillis());
    }
  }

  /** Whether documents expire. */
  public boolean hasRetention() {
    return retention.isPositive();
  }

  /** The most terms that each of a number of partitions may count. */
  public int vocabularyPerPartition(int partitions) {
    return Math.max(1, vocabularyCapacity / partitions);
  }

  static void define(ConfigDef definition) {
    definition
        .define(
            VOCABULARY,
            Type.INT,
            4_000_000,
            Range.atLeast(1000),
            Importance.MEDIUM,
            "The most terms that are counted in all partitions together; each has an equal share."
                + " Beyond it the rarest terms are evicted, and vectors are marked as approximate."
                + " It is lowered to what half of the heap holds, at 420 bytes each.")
        .define(
            RETENTION,
            Type.LONG,
            0L,
            Range.atLeast(0),
            Importance.MEDIUM,
            "How much older than the latest record a document may be. An older one is deleted. The"
                + " times are those of the records, not of the clock. 0 keeps documents for ever.")
        .define(
            DELETIONS_KEPT,
            Type.LONG,
            Duration.ofDays(1).toMillis(),
            Range.atLeast(1),
            Importance.LOW,
            "How long a deletion is remembered, so that an older record of the same document in"
                + " another partition does not bring it back.");
  }

  static TextLimits read(AbstractConfig values, InputLimits inputs) {
    return new TextLimits(
        inputs.documentBytes(),
        HeapCapacity.fitting(VOCABULARY, values.getInt(VOCABULARY), TERM_BYTES, VOCABULARY_SHARE),
        Duration.ofMillis(values.getLong(RETENTION)),
        Duration.ofMillis(values.getLong(DELETIONS_KEPT)));
  }
}
