package io.millrace.runtime.lifecycle;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.millrace.runtime.metrics.PeriodicTask;
import io.millrace.runtime.metrics.TraceExemplars;
import io.millrace.runtime.settings.CommonConfig;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.settings.TraceSettings;
import io.millrace.runtime.tracing.OtlpTraces;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs services in this process: starts them, serves their metrics and health on one port, watches
 * them and stops them. When one fails, {@link #awaitTermination} returns its failure, so that the
 * process ends with it and the platform restarts the process.
 */
public final class ServiceHost implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ServiceHost.class);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(8);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final List<Service> services;
  private final PrometheusMeterRegistry metrics =
      new PrometheusMeterRegistry(
          PrometheusConfig.DEFAULT, new PrometheusRegistry(), Clock.SYSTEM, new TraceExemplars());
  private final JvmGcMetrics garbageCollection = new JvmGcMetrics();
  private final HttpEndpoint endpoint;
  private final FailureLinger linger;
  private final Optional<OtlpTraces> traces;
  private final CountDownLatch stopRequested = new CountDownLatch(1);
  private boolean closed;

  private ServiceHost(Settings settings, List<Service> services) {
    CommonConfig common = settings.common();
    this.services = services.stream().<Service>map(service -> watched(service, common)).toList();
    this.linger = new FailureLinger(common.failureLinger());
    Optional<TraceSettings> tracing = TraceSettings.of(settings);
    this.endpoint =
        new HttpEndpoint(
            common.http(), metrics.getPrometheusRegistry(), this.services, linger::scraped);
    this.traces = OtlpTraces.start(tracing, tracedName(services));
  }

  /**
   * Starts services, all at the same time: each first asks the cluster for something.
   *
   * @throws SettingsException if a shared setting is bad or the port is taken
   */
  public static ServiceHost start(Settings settings, List<Service> services) {
    var host = new ServiceHost(settings, services);
    host.bindProcess();
    Parallel.forEach(
        host.services,
        service -> {
          service.bindTo(host.metrics);
          service.start();
          LOG.info("{} starts", service.name());
        });
    return host;
  }

  /** {@code millrace}; {@code millrace-scoring} where that is the only service. */
  private static String tracedName(List<Service> services) {
    return services.size() == 1 ? "millrace-" + services.getFirst().name() : "millrace";
  }

  private static Service watched(Service service, CommonConfig common) {
    return new WatchedService(
        service,
        common.watchdogTimeout(),
        new Watchdog(System::nanoTime),
        new ClockWatch(System::currentTimeMillis, System::nanoTime));
  }

  /** The port of metrics and health. */
  public int httpPort() {
    return endpoint.port();
  }

  /** The metrics of the process. */
  public PrometheusMeterRegistry metrics() {
    return metrics;
  }

  /** Whether every service is ready. */
  public boolean ready() {
    return services.stream().allMatch(service -> service.health() == Service.Health.READY);
  }

  /** The first failure, beginning with the service's name. */
  public Optional<String> failure() {
    return services.stream()
        .filter(service -> service.health() == Service.Health.FAILED)
        .findFirst()
        .map(service -> service.name() + ": " + service.failure());
  }

  /** Makes {@link #awaitTermination} return. Safe from any thread, a signal handler included. */
  public void requestStop() {
    stopRequested.countDown();
  }

  /**
   * Returns when a stop was requested or a service failed.
   *
   * @return the failure; empty if a stop was requested
   * @throws InterruptedException if the thread was interrupted while waiting
   */
  public Optional<String> awaitTermination() throws InterruptedException {
    while (!stopRequested.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
      Optional<String> failure = failure();
      if (failure.isPresent()) {
        return failure;
      }
    }
    return failure();
  }

  /**
   * Stops all services at the same time, each finishing its step, within eight seconds in all. If
   * one has failed and somebody scrapes the metrics, waits until the failure was scraped.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    List<Thread> closing =
        services.stream()
            .map(service ->
                Thread.ofPlatform()
                    .name("stop-" + service.name())
                    .unstarted(() -> service.close(STOP_WITHIN)))
            .toList();
    closing.forEach(Thread::start);
    for (Thread thread : closing) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        LOG.warn("interrupted while services stop");
        break;
      }
    }
    if (failure().isPresent()) {
      linger.await(stopRequested);
    }
    traces.ifPresent(OtlpTraces::close);
    endpoint.close();
    garbageCollection.close();
    metrics.close();
  }

  private void bindProcess() {
    new ClassLoaderMetrics().bindTo(metrics);
    new JvmInfoMetrics().bindTo(metrics);
    new JvmMemoryMetrics().bindTo(metrics);
    new JvmThreadMetrics().bindTo(metrics);
    new ProcessorMetrics().bindTo(metrics);
    new FileDescriptorMetrics().bindTo(metrics);
    new UptimeMetrics().bindTo(metrics);
    garbageCollection.bindTo(metrics);
    endpoint.bindTo(metrics);
    PeriodicTask.bindTo(metrics);
    OtlpTraces.bind(traces, metrics);
    for (Service service : services) {
      for (Service.Health health : Service.Health.values()) {
        Gauge.builder("millrace.service.health", service, s -> s.health() == health ? 1 : 0)
            .description("1 for the state that the service is in, 0 for the others")
            .tag("service", service.name())
            .tag("health", health.name().toLowerCase(Locale.ROOT))
            .register(metrics);
      }
    }
  }
}
