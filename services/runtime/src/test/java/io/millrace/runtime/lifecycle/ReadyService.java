package io.millrace.runtime.lifecycle;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.runtime.http.HttpRoute;
import java.time.Duration;
import java.util.List;

/** A service that is ready, answers some routes, and does nothing else. */
record ReadyService(List<HttpRoute> routes) implements Service {

  @Override
  public String name() {
    return "ready";
  }

  @Override
  public void start() {}

  @Override
  public Health health() {
    return Health.READY;
  }

  @Override
  public String failure() {
    return "";
  }

  @Override
  public void bindTo(MeterRegistry registry) {}

  @Override
  public void close(Duration timeout) {}
}
