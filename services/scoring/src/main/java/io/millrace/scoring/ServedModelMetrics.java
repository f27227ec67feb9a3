package io.millrace.scoring;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The figures of a model as it is served. Written by the service's threads, read by any. */
final class ServedModelMetrics {

  private final Counter predictions;
  private final Counter swaps;
  private final Timer load;
  private final Timer lag;
  private volatile double version = Double.NaN;
  private volatile @Nullable Instant published;

  ServedModelMetrics(MeterRegistry meters, Tags tags) {
    predictions =
        Counter.builder("millrace.scoring.predictions")
            .description("Answers made; those of a batch that is done again count again")
            .tags(tags)
            .register(meters);
    swaps =
        Counter.builder("millrace.scoring.model.swaps")
            .description("Times that a version took over from the one before")
            .tags(tags)
            .register(meters);
    load =
        Timer.builder("millrace.scoring.model.load")
            .description("Time to make a predictor of a version that was read")
            .tags(tags)
            .register(meters);
    lag =
        Timer.builder("millrace.scoring.model.lag")
            .description("From a version's publication to the first batch that it answers")
            .tags(tags)
            .register(meters);
    Gauge.builder("millrace.scoring.model.version", this, metrics -> metrics.version)
        .description("The version that answers from the next batch on")
        .tags(tags)
        .strongReference(true)
        .register(meters);
    TimeGauge.builder(
            "millrace.scoring.model.age",
            this,
            TimeUnit.MILLISECONDS,
            ServedModelMetrics::ageMillis)
        .description("Since that version was published")
        .tags(tags)
        .strongReference(true)
        .register(meters);
  }

  /** A predictor was made. */
  void loaded(Duration took) {
    load.record(took);
  }

  /** A version takes over from another. */
  void swapped(Instant publication) {
    swaps.increment();
    Duration since = Duration.between(publication, Instant.now());
    lag.record(since.isNegative() ? Duration.ZERO : since);
  }

  /** A version answers from the next batch on. */
  void serves(long number, Instant publication) {
    version = number;
    published = publication;
  }

  /** Answers were made. */
  void predicted(int count) {
    predictions.increment(count);
  }

  private double ageMillis() {
    Instant since = published;
    return since == null ? Double.NaN : Duration.between(since, Instant.now()).toMillis();
  }
}
