package io.millrace.scoring;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.millrace.learning.vision.ReconstructionErrorPercentile;
import io.millrace.schemas.avro.NoLabelReason;
import io.millrace.scoring.answers.ServedModel;
import io.millrace.scoring.answers.VersionSelector;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The metrics of scoring, besides those of the batch loop. */
final class ScoringMetrics implements MeterBinder {

  /** What is compared to find drifts without labels. Each is the value of a metric's tag. */
  enum DriftSignal {
    /** The pixels or terms, whatever answers. */
    INPUT,
    /** The probability of the best class. */
    CONFIDENCE,
    /** The squared error of the reconstruction; images only. */
    RECONSTRUCTION
  }

  /** A registry of its own, so that meters exist before anybody binds this. */
  private final CompositeMeterRegistry meters = new CompositeMeterRegistry();

  private final Map<String, ModelMetrics> models = new ConcurrentHashMap<>();

  private final Map<Tags, DriftMetrics> drifts = new ConcurrentHashMap<>();
  private volatile double medianError = Double.NaN;
  private volatile double highError = Double.NaN;

  ScoringMetrics() {
    Gauge.builder("millrace.scoring.reconstruction.error", () -> medianError)
        .description("Quantile of the mean squared errors of recent reconstructions")
        .tag("quantile", "0.5")
        .register(meters);
    Gauge.builder("millrace.scoring.reconstruction.error", () -> highError)
        .description("Quantile of the mean squared errors of recent reconstructions")
        .tag("quantile", "0.99")
        .register(meters);
  }

  /** Publishes quantiles of the recent errors. */
  void errors(ReconstructionErrorPercentile errors) {
    medianError = errors.quantile(0.5);
    highError = errors.quantile(0.99);
  }

  /** The metrics of a model. Its name is one of the code's constants, never data: it is a tag. */
  ModelMetrics model(String name) {
    return models.computeIfAbsent(name, model -> new ModelMetrics(meters, Tags.of("model", model)));
  }

  /** The metrics of a signal of what a model answers. */
  DriftMetrics drift(String model, DriftSignal signal) {
    return drifts.computeIfAbsent(
        Tags.of("model", model, "signal", signal.name().toLowerCase(Locale.ROOT)),
        tags -> new DriftMetrics(meters, tags));
  }

  /** Counts the times that a drift has chosen the version of a model. */
  Counter rollbacks(String model) {
    return Counter.builder("millrace.scoring.promotions")
        .description("Decisions of rules on the version that answers")
        .tags("model", model, "reason", "drift")
        .register(meters);
  }

  /** Publishes whether a drift that should roll a model back is still to be answered. */
  void unanswered(String model, BooleanSupplier unanswered) {
    Gauge.builder("millrace.scoring.drift.unanswered", () -> unanswered.getAsBoolean() ? 1 : 0)
        .description("Whether a drift that should roll back has not been answered")
        .tags("model", model)
        .register(meters);
  }

  /** Publishes the off-heap memory, in bytes. */
  void offHeap(LongSupplier bytes) {
    Gauge.builder("millrace.scoring.off.heap", bytes::getAsLong)
        .description("Off-heap memory of all networks in the process")
        .baseUnit("bytes")
        .register(meters);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    meters.add(registry);
  }

  /** The metrics of a served model. Written by the service's threads, read by any. */
  static final class ModelMetrics implements ServedModel.Listener, VersionSelector.Listener {

    private final Counter predictions;
    private final Map<NoLabelReason, Counter> unanswered = new EnumMap<>(NoLabelReason.class);
    private final Counter swaps;
    private final Counter passedOver;
    private final Timer load;
    private final Timer lag;
    private volatile double version = Double.NaN;
    private volatile boolean fallenBack;
    private volatile @Nullable Instant published;

    ModelMetrics(MeterRegistry meters, Tags tags) {
      predictions =
          Counter.builder("millrace.scoring.predictions")
              .description("Predictions made. Those of a batch that is repeated count again")
              .tags(tags)
              .register(meters);
      for (NoLabelReason reason : EnumSet.complementOf(EnumSet.of(NoLabelReason.OTHER))) {
        unanswered.put(
            reason,
            Counter.builder("millrace.scoring.unanswered")
                .description(
                    "Predictions made without a label. Those of a repeated batch count again")
                .tags(tags.and("reason", reason.name().toLowerCase(Locale.ROOT)))
                .register(meters));
      }
      swaps =
          Counter.builder("millrace.scoring.model.swaps")
              .description("Times that a version replaced the one before")
              .tags(tags)
              .register(meters);
      passedOver =
          Counter.builder("millrace.scoring.versions.passed.over")
              .description(
                  "Versions that should have scored and cannot: they cannot be loaded, or answer"
                      + " with NaN or infinity")
              .tags(tags)
              .register(meters);
      Gauge.builder("millrace.scoring.fallback", this, metrics -> metrics.fallenBack ? 1 : 0)
          .description("1 while another version scores, or none, than the one that should")
          .tags(tags)
          .strongReference(true)
          .register(meters);
      load =
          Timer.builder("millrace.scoring.model.load")
              .description("Time to load the predictors of a version")
              .tags(tags)
              .register(meters);
      lag =
          Timer.builder("millrace.scoring.model.lag")
              .description("Time from a version's publication to the first batch that it scores")
              .tags(tags)
              .register(meters);
      Gauge.builder("millrace.scoring.model.version", this, metrics -> metrics.version)
          .description("The version that scores from the next batch on")
          .tags(tags)
          .strongReference(true)
          .register(meters);
      TimeGauge.builder(
              "millrace.scoring.model.age", this, TimeUnit.MILLISECONDS, ModelMetrics::ageMillis)
          .description("Time since that version was published")
          .tags(tags)
          .strongReference(true)
          .register(meters);
    }

    @Override
    public void loaded(Duration took) {
      load.record(took);
    }

    /** An older version, or one of another model, is no measure of the lag. */
    @Override
    public void swapped(ServedModel.Version<?> before, ServedModel.Version<?> after) {
      swaps.increment();
      if (after.model().equals(before.model()) && after.number() > before.number()) {
        Duration since = Duration.between(after.published(), Instant.now());
        lag.record(since.isNegative() ? Duration.ZERO : since);
      }
    }

    @Override
    public void passedOver() {
      passedOver.increment();
    }

    @Override
    public void fallenBack(boolean now) {
      fallenBack = now;
    }

    @Override
    public void serves(ServedModel.Version<?> now) {
      version = now.number();
      published = now.published();
    }

    /** Predictions were made. */
    void predicted(int count) {
      predictions.increment(count);
    }

    /** A prediction was made without a label. */
    void unanswered(NoLabelReason reason) {
      requireNonNull(unanswered.get(reason)).increment();
    }

    private double ageMillis() {
      Instant since = published;
      return since == null ? Double.NaN : Duration.between(since, Instant.now()).toMillis();
    }
  }

  /** The metrics of a signal that tells drifts. Written by the service's thread, read by any. */
  static final class DriftMetrics {

    private volatile double index = Double.NaN;
    private volatile long drifts;

    private DriftMetrics(MeterRegistry meters, Tags tags) {
      Gauge.builder("millrace.scoring.drift.index", this, metrics -> metrics.index)
          .description("Population stability index of the last window")
          .tags(tags)
          .strongReference(true)
          .register(meters);
      FunctionCounter.builder("millrace.scoring.drifts", this, metrics -> metrics.drifts)
          .description("Drifts found without labels")
          .tags(tags)
          .register(meters);
    }

    void update(double lastIndex, long detectedDrifts) {
      index = lastIndex;
      drifts = detectedDrifts;
    }
  }
}
