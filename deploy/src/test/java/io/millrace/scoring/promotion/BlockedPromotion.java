package io.millrace.scoring.promotion;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** The metrics of rules that cannot work, by a clock of their own. */
public final class BlockedPromotion {

  private final AtomicLong nanos = new AtomicLong(1);
  private final PromotionMetrics metrics;

  /** Rules that work. */
  public BlockedPromotion(MeterRegistry registry) {
    metrics = new PromotionMetrics(registry, "vision", nanos::get);
  }

  /** They fail at each try for a while. */
  public void fail(Duration time) {
    metrics.blocked();
    nanos.addAndGet(time.toNanos());
    metrics.blocked();
  }
}
