package io.millrace.scoring.promotion;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.settings.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The rules of all models whose version they choose. */
public final class Promotions implements MeterBinder, AutoCloseable {

  /** Who decides, in what rules write. */
  static final String BY = "scoring";

  private static final Duration RETRY = Duration.ofSeconds(3);

  private final CompositeMeterRegistry meters = new CompositeMeterRegistry();
  private final Map<String, PromotionThread> threads = new HashMap<>();

  private Promotions() {}

  /**
   * Starts them.
   *
   * @param models those whose policy is {@code gated}
   */
  public static Promotions start(Settings settings, PromotionConfig config, Set<String> models) {
    var started = new Promotions();
    for (String model : models) {
      started.threads.put(
          model,
          PromotionThread.start(
              model,
              config,
              new PromotionMetrics(started.meters, model, System::nanoTime),
              () -> new KafkaPromotionLog(settings),
              RETRY));
    }
    return started;
  }

  /** Takes the pointer of a model, or its absence. Returns at once. */
  public void pointerChanged(String model, Optional<ServingPointer> pointer) {
    PromotionThread thread = threads.get(model);
    if (thread != null) {
      thread.pointerChanged(pointer);
    }
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    meters.add(registry);
  }

  @Override
  public void close() {
    threads.values().forEach(PromotionThread::stop);
    threads.values().forEach(PromotionThread::close);
  }
}
