package io.millrace.search;

import io.millrace.runtime.settings.HeapCapacity;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.search.index.QueryLimits;
import java.time.Duration;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * The settings of the search service.
 *
 * @param refreshInterval how long a new vector may wait until it is found; positive
 * @param commitInterval how often the index is committed to disk; positive
 * @param bufferBytes how much of the index is buffered in memory; at least 1
 * @param maxResults the most results of one request; at least 1
 * @param maxWords the most word vectors that are held; at least 1
 * @param exactMax the most vectors that are compared one by one; at least 0
 * @param maxEmbeddedDocuments the most documents whose embeddings are held; at least 0
 * @param embeddingInterval between the starts of two rounds that embed all documents; positive
 * @param limits of a query for similar documents
 */
record SearchConfig(
    Duration refreshInterval,
    Duration commitInterval,
    int bufferBytes,
    int maxResults,
    int maxWords,
    int exactMax,
    int maxEmbeddedDocuments,
    Duration embeddingInterval,
    QueryLimits limits) {

  static final String NAME = "search";

  private static final String REFRESH_INTERVAL = "search.refresh.interval.ms";
  private static final String COMMIT_INTERVAL = "search.commit.interval.ms";
  private static final String BUFFER_BYTES = "search.buffer.bytes";
  private static final String MAX_RESULTS = "search.results.max";
  private static final String MAX_WORDS = "search.words.max";
  private static final String EXACT_MAX = "search.exact.max";
  private static final String EMBEDDED_MAX = "search.embedding.documents.max";
  private static final String EMBEDDING_INTERVAL = "search.embedding.interval.ms";
  private static final String MAX_TERMS = "search.query.terms.max";
  private static final String MAX_CANDIDATES = "search.query.candidates.max";
  private static final String REQUEST_TIMEOUT = "search.request.timeout.ms";

  /** Heap of a vector of 100 dimensions with its name: 4 bytes a dimension and about 200. */
  private static final int VECTOR_BYTES = 600;

  private static final double VECTORS_SHARE = 0.25;

  private static final int MAX_INTERVAL_MILLIS = 3_600_000;

  /** The definitions, with defaults and documentation. */
  static ConfigDef definition() {
    return defineLimits(new ConfigDef())
        .define(
            REFRESH_INTERVAL,
            Type.INT,
            500,
            Range.between(1, MAX_INTERVAL_MILLIS),
            Importance.MEDIUM,
            "How long a new vector may wait until it is found: shorter is fresher, longer costs"
                + " less.")
        .define(
            COMMIT_INTERVAL,
            Type.INT,
            10_000,
            Range.between(1, MAX_INTERVAL_MILLIS),
            Importance.LOW,
            "How often the index is committed to disk. After a crash, the records since the last"
                + " commit are read again.")
        .define(
            BUFFER_BYTES,
            Type.INT,
            33_554_432,
            Range.between(1_048_576, 1_073_741_824),
            Importance.LOW,
            "How much of the index is buffered in memory before it is written to disk.")
        .define(
            MAX_RESULTS,
            Type.INT,
            1000,
            Range.between(1, 1_000_000),
            Importance.LOW,
            "The most documents, terms or words that one request may ask for.")
        .define(
            MAX_WORDS,
            Type.INT,
            1_000_000,
            Range.between(1, 1 << 24),
            Importance.MEDIUM,
            "The most word vectors that are held in memory: 4 bytes a dimension and about 200 bytes"
                + " each. Further words are dropped and counted. It is lowered to what a quarter of"
                + " the heap holds, at 600 bytes each.")
        .define(
            EXACT_MAX,
            Type.INT,
            300_000,
            Range.between(0, 1 << 24),
            Importance.MEDIUM,
            "The most word vectors, or embeddings of documents, that a request compares one by one,"
                + " exactly. If there are more, an HNSW graph finds candidates.")
        .define(
            EMBEDDED_MAX,
            Type.INT,
            1_000_000,
            Range.between(0, 1 << 24),
            Importance.MEDIUM,
            "The most documents whose embeddings are held in memory: 4 bytes a dimension and about"
                + " 200 bytes each. Further documents are not found by embedding. 0 holds none."
                + " It is lowered to what a quarter of the heap holds, at 600 bytes each.")
        .define(
            EMBEDDING_INTERVAL,
            Type.INT,
            60_000,
            Range.between(100, MAX_INTERVAL_MILLIS),
            Importance.MEDIUM,
            "The shortest time between the starts of two rounds that embed all documents again,"
                + " as changed word vectors need.");
  }

  private static ConfigDef defineLimits(ConfigDef definition) {
    return definition
        .define(
            MAX_TERMS,
            Type.INT,
            QueryLimits.DEFAULT.maxTerms(),
            Range.between(1, 1_000_000),
            Importance.LOW,
            "The most terms of a document or text that a search for similar documents looks up: the"
                + " heaviest ones. Documents that share none of them are not found.")
        .define(
            MAX_CANDIDATES,
            Type.INT,
            QueryLimits.DEFAULT.maxCandidates(),
            Range.between(1, 10_000_000),
            Importance.LOW,
            "The most documents that a search compares, unless more are asked for: 16 bytes each"
                + " while it runs.")
        .define(
            REQUEST_TIMEOUT,
            Type.INT,
            (int) QueryLimits.DEFAULT.timeout().toMillis(),
            Range.between(1, MAX_INTERVAL_MILLIS),
            Importance.LOW,
            "How long a search for similar documents may take; then it is answered with status"
                + " 503.");
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
        HeapCapacity.fitting(MAX_WORDS, values.getInt(MAX_WORDS), VECTOR_BYTES, VECTORS_SHARE),
        values.getInt(EXACT_MAX),
        HeapCapacity.fitting(
            EMBEDDED_MAX, values.getInt(EMBEDDED_MAX), VECTOR_BYTES, VECTORS_SHARE),
        Duration.ofMillis(values.getInt(EMBEDDING_INTERVAL)),
        new QueryLimits(
            values.getInt(MAX_TERMS),
            values.getInt(MAX_CANDIDATES),
            Duration.ofMillis(values.getInt(REQUEST_TIMEOUT))));
  }
}
