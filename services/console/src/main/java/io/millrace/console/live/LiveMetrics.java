package io.millrace.console.live;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.runtime.metrics.Meters;

/** The meters of what is kept and of those who listen. */
public final class LiveMetrics implements MeterBinder {

  private static final String SERVICE = "console";

  private final LiveTopics live;

  /** Holds what the registry refers to weakly. */
  public LiveMetrics(LiveTopics live) {
    this.live = live;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Meters.of(registry, live.stats())
        .tag("service", SERVICE)
        .counter("millrace.records.in", "Records read from topics", LiveStats::recordsRead)
        .counter(
            "millrace.records.skipped",
            "Records skipped because they cannot be used",
            LiveStats::recordsSkipped)
        .counter(
            "millrace.console.records.missed",
            "Records passed over since more came than the console reads",
            LiveStats::recordsMissed)
        .counter(
            "millrace.console.restarts",
            "Times that reading began anew after an error of Kafka",
            LiveStats::failures);
    Meters.of(registry, live.hub())
        .gauge("millrace.console.clients", "Clients that listen to events", EventHub::clients)
        .counter(
            "millrace.console.events.left.out",
            "Predictions that were not sent to a client, as it had enough in that second",
            EventHub::leftOut);
    live.memories()
        .forEach((name, memory) ->
            Meters.of(registry, memory)
                .tag("memory", name)
                .gauge("millrace.console.memory.records", "Records in memory", BoundedMemory::size)
                .bytes(
                    "millrace.console.memory",
                    "About how many bytes they take",
                    BoundedMemory::bytes)
                .counter(
                    "millrace.console.memory.evictions",
                    "Records that made room for newer ones",
                    BoundedMemory::evicted));
  }
}
