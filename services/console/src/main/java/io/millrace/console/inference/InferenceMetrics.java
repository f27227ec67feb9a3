package io.millrace.console.inference;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.millrace.console.parts.ConsoleConfig;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The metrics of inference over HTTP. */
final class InferenceMetrics implements MeterBinder {

  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(2),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(15),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5)
  };

  private final CompositeMeterRegistry meters = new CompositeMeterRegistry();
  private final Map<String, ModelMetrics> models = new ConcurrentHashMap<>();

  /** The metrics of a kind of models. Its name is one of the code's constants: it is a tag. */
  ModelMetrics model(String kind) {
    return models.computeIfAbsent(kind, it -> new ModelMetrics(meters, it));
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    meters.add(registry);
  }

  /** The metrics of a kind. */
  static final class ModelMetrics {

    private final Counter answered;
    private final Counter batches;
    private final Timer requests;

    ModelMetrics(MeterRegistry meters, String kind) {
      Tags tags = Tags.of("service", ConsoleConfig.NAME, "model", kind);
      answered =
          Counter.builder("millrace.console.inferences")
              .description("Images or texts answered over HTTP")
              .tags(tags)
              .register(meters);
      batches =
          Counter.builder("millrace.console.batches")
              .description("Batches in which they were answered")
              .tags(tags)
              .register(meters);
      requests =
          Timer.builder("millrace.console.inference")
              .description("Time from the body of a request to its answer")
              .tags(tags)
              .serviceLevelObjectives(BUCKETS)
              .register(meters);
    }

    /** A batch was answered. */
    void answered(int rows) {
      answered.increment(rows);
      batches.increment();
    }

    /** A request was answered. */
    void requested(long startedNanos) {
      requests.record(Duration.ofNanos(System.nanoTime() - startedNanos));
    }
  }
}
