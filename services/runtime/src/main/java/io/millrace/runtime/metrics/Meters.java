package io.millrace.runtime.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Registers meters that read their values from one object:
 *
 * <pre>{@code
 * Meters.of(registry, stats)
 *     .tag("service", "text")
 *     .counter("millrace.text.expired", "Documents deleted for their age", TextStats::expired)
 *     .gauge("millrace.text.documents", "Documents that count", TextStats::documents);
 * }</pre>
 *
 * Every method returns meters that register with the same registry; {@link #tag} returns others,
 * which have that tag too. A registry keeps only a weak reference to the source: whoever binds them
 * must hold it.
 *
 * @param <T> the source of the values, read by any thread
 */
public final class Meters<T> {

  private final MeterRegistry registry;
  private final T source;
  private final Tags tags;

  private Meters(MeterRegistry registry, T source, Tags tags) {
    this.registry = registry;
    this.source = source;
    this.tags = tags;
  }

  /** Meters without tags. */
  public static <T> Meters<T> of(MeterRegistry registry, T source) {
    return new Meters<>(registry, source, Tags.empty());
  }

  /** Meters with one more tag. Its value must come from code, never from data. */
  public Meters<T> tag(String name, String value) {
    return new Meters<>(registry, source, tags.and(name, value));
  }

  /** Registers a counter: a number that only grows. */
  public Meters<T> counter(String name, String description, ToDoubleFunction<T> value) {
    FunctionCounter.builder(name, source, value)
        .description(description)
        .tags(tags)
        .register(registry);
    return this;
  }

  /** Registers a gauge: a number as it is now. */
  public Meters<T> gauge(String name, String description, ToDoubleFunction<T> value) {
    return gauge(name, description, null, value);
  }

  /** Registers a gauge of a size in bytes. */
  public Meters<T> bytes(String name, String description, ToDoubleFunction<T> value) {
    return gauge(name, description, "bytes", value);
  }

  private Meters<T> gauge(
      String name, String description, @Nullable String unit, ToDoubleFunction<T> value) {
    Gauge.builder(name, source, value)
        .description(description)
        .baseUnit(unit)
        .tags(tags)
        .register(registry);
    return this;
  }
}
