package io.millrace.console.flow;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the services of this process publish about themselves. Safe for several threads. */
public final class ProcessMeters {

  private final CopyOnWriteArrayList<MeterRegistry> registries = new CopyOnWriteArrayList<>();

  /** Looks into a registry from now on. */
  public void add(MeterRegistry registry) {
    registries.add(registry);
  }

  /** The states of the services by their names: {@code READY}. */
  Map<String, String> health() {
    Map<String, String> health = new TreeMap<>();
    for (MeterRegistry registry : registries) {
      for (Gauge gauge : registry.find("millrace.service.health").gauges()) {
        String service = gauge.getId().getTag("service");
        String state = gauge.getId().getTag("health");
        if (service != null && state != null && gauge.value() == 1) {
          health.put(service, state.toUpperCase(Locale.ROOT));
        }
      }
    }
    return health;
  }

  /** The sum of a service's counters of a name; empty if it has none here. */
  OptionalDouble count(String name, String service) {
    double sum = 0;
    boolean any = false;
    for (MeterRegistry registry : registries) {
      var search = registry.find(name).tag("service", service);
      for (Counter counter : search.counters()) {
        sum += counter.count();
        any = true;
      }
      for (FunctionCounter counter : search.functionCounters()) {
        sum += counter.count();
        any = true;
      }
    }
    return any ? OptionalDouble.of(sum) : OptionalDouble.empty();
  }
}
