package io.millrace.search;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.metrics.Meters;
import io.millrace.search.documents.QueryCorpus;
import io.millrace.search.index.IndexStats;
import io.millrace.search.words.WordTable;
import java.time.Duration;
import java.util.function.IntSupplier;

/** Publishes the {@link IndexStats}, and times requests. */
final class SearchMetrics implements MeterBinder {

  private static final Tags TAGS = Tags.of("service", SearchConfig.NAME);

  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(2),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(20),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(200),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5)
  };

  private final CompositeMeterRegistry questions = new CompositeMeterRegistry();
  private final IndexStats stats;
  private final WordTable words;
  private final QueryCorpus corpus;
  private final IntSupplier pending;

  /**
   * Publishes these.
   *
   * @param pending how many vectors the graphs have still to take in
   */
  SearchMetrics(IndexStats stats, WordTable words, QueryCorpus corpus, IntSupplier pending) {
    this.stats = stats;
    this.words = words;
    this.corpus = corpus;
    this.pending = pending;
  }

  /** A handler with its requests timed. */
  HttpRoute.Handler timed(String question, HttpRoute.Handler handler) {
    Timer timer =
        Timer.builder("millrace.search.question")
            .description("Time to answer a request")
            .tags(TAGS.and("question", question))
            .serviceLevelObjectives(BUCKETS)
            .register(questions);
    return asked -> timer.record(() -> handler.answer(asked));
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    questions.add(registry);
    bindIndex(Meters.of(registry, stats).tag("service", SearchConfig.NAME));
    Meters.of(registry, pending)
        .tag("service", SearchConfig.NAME)
        .gauge(
            "millrace.search.graph.pending",
            "Vectors that are not in their graph yet",
            IntSupplier::getAsInt);
    Meters.of(registry, corpus)
        .tag("service", SearchConfig.NAME)
        .gauge(
            "millrace.search.foreign.blocks",
            "Frequency blocks counted with another analysis; searches by text are refused",
            QueryCorpus::foreignBlocks);
    Meters.of(registry, words)
        .tag("service", SearchConfig.NAME)
        .gauge("millrace.search.words", "Words that have a vector", WordTable::size)
        .counter(
            "millrace.search.words.left.out",
            "Vectors of new words dropped because the table was full",
            WordTable::dropped);
  }

  private static void bindIndex(Meters<IndexStats> meters) {
    meters
        .counter("millrace.records.in", "Records read from topics", IndexStats::recordsRead)
        .counter(
            "millrace.records.skipped",
            "Records skipped because they cannot be used",
            IndexStats::recordsSkipped)
        .counter(
            "millrace.search.rebuilds",
            "Times that an index could not be continued and was built from the beginning",
            IndexStats::rebuilds)
        .gauge("millrace.search.documents", "Documents that can be found", IndexStats::documents)
        .bytes("millrace.search.index", "Size of the index on disk", IndexStats::indexBytes)
        .counter(
            "millrace.search.embedding.rounds",
            "Times that all documents were embedded again",
            IndexStats::rounds)
        .gauge(
            "millrace.search.embedded.documents",
            "Documents that can be found by their embedding",
            IndexStats::embeddedDocuments);
  }
}
