package io.millrace.runtime.lifecycle;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.ContentType;
import io.javalin.http.Context;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.settings.SettingsException;
import io.prometheus.metrics.exporter.servlet.jakarta.PrometheusMetricsServlet;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.BindException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.UriCompliance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server of a process. It serves {@code /metrics} in Prometheus' formats; {@code
 * /health/live} and {@code /health/ready} for Kubernetes' probes, with status 200 or 503 and the
 * state of every service as JSON; and the {@link HttpRoute}s of the services, with errors as JSON.
 */
final class HttpEndpoint implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int OK = 200;
  private static final int FAILED = 500;
  private static final int UNAVAILABLE = 503;

  private final Javalin server;
  private final List<? extends Service> services;

  /**
   * Starts the server.
   *
   * @param port 0 picks a free one
   * @throws SettingsException if the port is taken
   */
  HttpEndpoint(
      String host, int port, PrometheusRegistry metrics, List<? extends Service> services) {
    this.services = List.copyOf(services);
    this.server = Javalin.create(config -> configure(config, metrics));
    try {
      server.start(host, port);
    } catch (RuntimeException e) {
      throw refused(host, port, e);
    }
  }

  int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
  }

  private void configure(JavalinConfig config, PrometheusRegistry metrics) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.concurrency.useVirtualThreads = true;
    // An id may contain a slash, and Jetty rejects encoded slashes by default.
    config.jetty.modifyHttpConfiguration(http -> http.setUriCompliance(UriCompliance.UNSAFE));
    config.jetty.modifyServletContextHandler(servlets -> {
      servlets.getServletHandler().setDecodeAmbiguousURIs(true);
      servlets.addServlet(new ServletHolder(new PrometheusMetricsServlet(metrics)), "/metrics");
    });
    config.routes.get("/health/live", context -> health(context, HttpEndpoint::isAlive));
    config.routes.get("/health/ready", context -> health(context, HttpEndpoint::isReady));
    for (Service service : services) {
      for (HttpRoute route : service.routes()) {
        config.routes.get(route.path(), context -> answer(context, service, route));
      }
    }
    config.routes.exception(
        HttpStatusException.class,
        (problem, context) -> complain(context, problem.status(), problem));
    config.routes.exception(
        Exception.class,
        (exception, context) -> {
          LOG.warn("{} failed", context.path(), exception);
          complain(context, FAILED, exception);
        });
  }

  private static SettingsException refused(String host, int port, RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return new SettingsException(
            "http.port "
                + port
                + " on "
                + host
                + " is in use: set another one, or 0 for a free one");
      }
    }
    return new SettingsException(
        "cannot listen on http.host " + host + ": " + RootCause.message(e));
  }

  private static boolean isAlive(Service service) {
    return service.health() != Service.Health.FAILED;
  }

  private static boolean isReady(Service service) {
    return service.health() == Service.Health.READY;
  }

  private void health(Context context, Predicate<Service> good) {
    boolean allGood = services.stream().allMatch(good);
    send(context, allGood ? OK : UNAVAILABLE, describe(allGood).toString());
  }

  private static void answer(Context context, Service service, HttpRoute route) {
    if (isReady(service)) {
      send(context, OK, route.handler().answer(new Asked(context)));
    } else {
      complain(
          context,
          UNAVAILABLE,
          new IllegalStateException(
              service.name() + " is not ready: " + service.health().name() + "; try again later"));
    }
  }

  private static void complain(Context context, int status, Exception problem) {
    String message = RootCause.message(problem);
    send(context, status, JSON.createObjectNode().put("error", message).toString());
  }

  private static void send(Context context, int status, String json) {
    context.status(status).contentType(ContentType.APPLICATION_JSON).result(json);
  }

  private ObjectNode describe(boolean allGood) {
    ObjectNode root = JSON.createObjectNode();
    root.put("status", allGood ? "up" : "down");
    ObjectNode states = root.putObject("services");
    for (Service service : services) {
      ObjectNode state = states.putObject(service.name());
      state.put("health", service.health().name());
      if (!service.failure().isEmpty()) {
        state.put("failure", service.failure());
      }
    }
    return root;
  }

  private record Asked(Context context) implements HttpRoute.Request {
    @Override
    public String pathParam(String name) {
      return context.pathParam(name);
    }

    @Override
    public Optional<String> queryParam(String name) {
      return Optional.ofNullable(context.queryParam(name));
    }
  }
}
