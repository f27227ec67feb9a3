package io.millrace.scoring.promotion;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.millrace.schemas.avro.ServingReason;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/**
 * The metrics of one model's rules. A challenger's tag is the name of its model, of which there are
 * as many as variants are set, or {@code previous}. Written by the rules' thread, read by any.
 */
final class PromotionMetrics {

  static final String PREVIOUS = "previous";

  private final Map<ServingReason, Counter> decisions = new EnumMap<>(ServingReason.class);
  private final MultiGauge evidence;
  private final MultiGauge required;
  private final MultiGauge pairs;
  private final LongSupplier clock;

  /** When the rules could not work first, since they last could; nanoseconds, 0 while they can. */
  private volatile long blockedSince;

  /**
   * Registers the meters.
   *
   * @param clock nanoseconds
   */
  PromotionMetrics(MeterRegistry meters, String model, LongSupplier clock) {
    this.clock = clock;
    var tags = Tags.of("model", model);
    for (ServingReason reason : List.of(ServingReason.RULE, ServingReason.FALLBACK)) {
      decisions.put(
          reason,
          Counter.builder("millrace.scoring.promotions")
              .description("Decisions of rules on the version that answers")
              .tags(tags.and("reason", reason.name().toLowerCase(Locale.ROOT)))
              .register(meters));
    }
    evidence =
        MultiGauge.builder("millrace.scoring.promotion.evidence")
            .description("Evidence of the trial under way that the challenger is better")
            .tags(tags)
            .register(meters);
    required =
        MultiGauge.builder("millrace.scoring.promotion.required")
            .description("The evidence at which a rule decides for the challenger")
            .tags(tags)
            .register(meters);
    pairs =
        MultiGauge.builder("millrace.scoring.promotion.pairs")
            .description("Labelled records of the trial under way, answered by both")
            .tags(tags)
            .register(meters);
    TimeGauge.builder(
            "millrace.scoring.promotion.blocked",
            this,
            TimeUnit.NANOSECONDS,
            PromotionMetrics::blockedNanos)
        .description("How long the rules have not been able to read comparisons or to decide")
        .tags(tags)
        .strongReference(true)
        .register(meters);
  }

  /** A rule has decided. */
  void decided(ServingReason reason) {
    requireNonNull(decisions.get(reason), reason::name).increment();
  }

  /** Publishes how the trials stand. */
  void standings(List<PromotionRule.Standing> all) {
    publish(evidence, all, PromotionRule.Standing::evidence);
    publish(required, all, PromotionRule.Standing::required);
    publish(pairs, all, it -> it.counts().pairs());
  }

  private static void publish(
      MultiGauge gauge,
      List<PromotionRule.Standing> all,
      ToDoubleFunction<PromotionRule.Standing> value) {
    gauge.register(
        all.stream()
            .<MultiGauge.Row<?>>map(
                it -> MultiGauge.Row.of(Tags.of("challenger", tag(it)), value.applyAsDouble(it)))
            .toList(),
        true);
  }

  /** Versions that stay the same are without number, and one at a time: they share a tag. */
  private static String tag(PromotionRule.Standing standing) {
    return standing.challenger().contains("@") ? PREVIOUS : standing.challenger();
  }

  /** The rules can work. */
  void working() {
    blockedSince = 0;
  }

  /** The rules cannot work. */
  void blocked() {
    if (blockedSince == 0) {
      blockedSince = Math.max(1, clock.getAsLong());
    }
  }

  private double blockedNanos() {
    long since = blockedSince;
    return since == 0 ? 0 : Math.max(0, clock.getAsLong() - since);
  }
}
