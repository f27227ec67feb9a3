package io.millrace.search;

import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * The settings of the search service.
 *
 * @param refreshInterval how long a new vector may wait until it is found; positive
 * @param commitInterval how often the index is made to last; positive
 * @param bufferBytes how much of the index is held in memory before it is written; at least 1
 * @param maxResults the most that one question may ask for; at least 1
 * @param maxWords the most word vectors that are held; at least 1
 * @param exactMax how many vectors are at most compared one by one; at least 0
 * @param maxEmbeddedDocuments the most documents whose embeddings are held; at least 0
 * @param embeddingInterval between the beginnings of two rounds of embedding all; positive
 */
record SearchConfig(
    Duration refreshInterval,
    Duration commitInterval,
    int bufferBytes,
    int maxResults,
    int maxWords,
    int exactMax,
    int maxEmbeddedDocuments,
    Duration embeddingInterval) {

  static final String NAME = "search";

  private static final String REFRESH_INTERVAL = "search.refresh.interval.ms";
  private static final String COMMIT_INTERVAL = "search.commit.interval.ms";
  private static final String BUFFER_BYTES = "search.buffer.bytes";
  private static final String MAX_RESULTS = "search.max.results";
  private static final String MAX_WORDS = "search.words.max";
  private static final String EXACT_MAX = "search.exact.max";
  private static final String EMBEDDED_MAX = "search.embedding.documents.max";
  private static final String EMBEDDING_INTERVAL = "search.embedding.interval.ms";
  private static final int MAX_INTERVAL_MILLIS = 3_600_000;

  /** The definitions, with defaults and documentation. */
  static ConfigDef definition() {
    return new ConfigDef()
        .define(
            REFRESH_INTERVAL,
            Type.INT,
            500,
            Range.between(1, MAX_INTERVAL_MILLIS),
            Importance.MEDIUM,
            "How long a new vector may wait until it is found: shorter is fresher, longer is"
                + " faster.")
        .define(
            COMMIT_INTERVAL,
            Type.INT,
            10_000,
            Range.between(1, MAX_INTERVAL_MILLIS),
            Importance.LOW,
            "How often the index is written to disk for good. What came later is read again from"
                + " the topic after a crash.")
        .define(
            BUFFER_BYTES,
            Type.INT,
            33_554_432,
            Range.between(1_048_576, 1_073_741_824),
            Importance.LOW,
            "How much of the index is held in memory before it is written.")
        .define(
            MAX_RESULTS,
            Type.INT,
            1000,
            Range.between(1, 1_000_000),
            Importance.LOW,
            "The most documents, terms or words that one question may ask for.")
        .define(
            MAX_WORDS,
            Type.INT,
            1_000_000,
            Range.between(1, 1 << 24),
            Importance.MEDIUM,
            "The most word vectors that are held in memory, each 4 bytes a dimension and some 200"
                + " more; words that come when there is no room are left out and counted.")
        .define(
            EXACT_MAX,
            Type.INT,
            300_000,
            Range.between(0, 1 << 24),
            Importance.MEDIUM,
            "The most word vectors, or embeddings of documents, that a question is compared with"
                + " one by one, exactly; where there are more, a graph (HNSW) names candidates.")
        .define(
            EMBEDDED_MAX,
            Type.INT,
            1_000_000,
            Range.between(0, 1 << 24),
            Importance.MEDIUM,
            "The most documents whose embeddings are held in memory, each 4 bytes a dimension and"
                + " some 200 more; further ones are not found by embedding. 0 holds none.")
        .define(
            EMBEDDING_INTERVAL,
            Type.INT,
            60_000,
            Range.between(100, MAX_INTERVAL_MILLIS),
            Importance.MEDIUM,
            "How long after the beginning of one round in which all documents are embedded again"
                + " the next may begin, if word vectors have changed.");
  }

  /**
   * Reads the settings.
   *
   * @throws SettingsException if one is bad
   */
  static SearchConfig from(Settings settings) {
    var values = settings.read(definition());
    return new SearchConfig(
        Duration.ofMillis(values.getInt(REFRESH_INTERVAL)),
        Duration.ofMillis(values.getInt(COMMIT_INTERVAL)),
        values.getInt(BUFFER_BYTES),
        values.getInt(MAX_RESULTS),
        values.getInt(MAX_WORDS),
        values.getInt(EXACT_MAX),
        values.getInt(EMBEDDED_MAX),
        Duration.ofMillis(values.getInt(EMBEDDING_INTERVAL)));
  }
}
