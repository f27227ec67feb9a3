package io.millrace.search;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.search.index.IndexStats;
import io.millrace.search.words.WordTable;
import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.ToDoubleFunction;

/** Publishes the {@link IndexStats}, and times questions. */
public final class SearchMetrics implements MeterBinder {

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
  private final IndexStats figures;
  private final WordTable words;
  private final IntSupplier pending;

  /**
   * Publishes these.
   *
   * @param pending how many vectors the graphs have still to take in
   */
  SearchMetrics(IndexStats figures, WordTable words, IntSupplier pending) {
    this.figures = figures;
    this.words = words;
    this.pending = pending;
  }

  /** The same handler, its answers timed. */
  public HttpRoute.Handler timed(String question, HttpRoute.Handler handler) {
    Timer timer =
        Timer.builder("millrace.search.question")
            .description("Time to answer a question")
            .tags(TAGS.and("question", question))
            .serviceLevelObjectives(BUCKETS)
            .register(questions);
    return asked -> timer.record(() -> handler.answer(asked));
  }

  @Override
  public void bindTo(MeterRegistry meters) {
    questions.add(meters);
    counter(meters, "millrace.records.in", "Records taken from topics", IndexStats::recordsRead);
    counter(
        meters,
        "millrace.records.skipped",
        "Records that cannot be used and are passed by",
        IndexStats::recordsSkipped);
    counter(
        meters,
        "millrace.search.rebuilds",
        "Times that an index could not go on and was begun anew",
        IndexStats::rebuilds);
    Gauge.builder("millrace.search.documents", figures, IndexStats::documents)
        .description("Documents that can be found")
        .tags(TAGS)
        .register(meters);
    Gauge.builder("millrace.search.index", figures, IndexStats::indexBytes)
        .description("Size of the index on disk")
        .baseUnit("bytes")
        .tags(TAGS)
        .register(meters);
    counter(
        meters,
        "millrace.search.embedding.rounds",
        "Times that all documents were embedded again",
        IndexStats::rounds);
    Gauge.builder("millrace.search.embedded.documents", figures, IndexStats::embeddedDocuments)
        .description("Documents that can be found by their embedding")
        .tags(TAGS)
        .register(meters);
    Gauge.builder("millrace.search.graph.pending", pending, IntSupplier::getAsInt)
        .description("Vectors that the graphs do not have yet as they are")
        .tags(TAGS)
        .register(meters);
    Gauge.builder("millrace.search.words", words, WordTable::size)
        .description("Words that have a vector")
        .tags(TAGS)
        .register(meters);
    FunctionCounter.builder("millrace.search.words.left.out", words, WordTable::dropped)
        .description("Vectors of new words that there was no room for")
        .tags(TAGS)
        .register(meters);
  }

  private void counter(
      MeterRegistry meters, String name, String description, ToDoubleFunction<IndexStats> value) {
    FunctionCounter.builder(name, figures, value)
        .description(description)
        .tags(TAGS)
        .register(meters);
  }
}
