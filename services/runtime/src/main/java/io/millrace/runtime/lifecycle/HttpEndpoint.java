package io.millrace.runtime.lifecycle;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.ContentType;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.millrace.runtime.http.AccessFilter;
import io.millrace.runtime.http.AllowedMethods;
import io.millrace.runtime.http.ConnectionGuard;
import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.http.OpenApi;
import io.millrace.runtime.http.PemFiles;
import io.millrace.runtime.http.RequestExecutor;
import io.millrace.runtime.http.RouteServer;
import io.millrace.runtime.http.TraceFilter;
import io.millrace.runtime.metrics.PeriodicTask;
import io.millrace.runtime.settings.HttpConfig;
import io.millrace.runtime.settings.SettingsException;
import io.prometheus.metrics.exporter.servlet.jakarta.PrometheusMetricsServlet;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.BindException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server of a process. It serves {@code /metrics} in Prometheus' formats; {@code
 * /health/live} and {@code /health/ready} for Kubernetes' probes, with status 200 or 503 and the
 * state of every service as JSON; the {@link HttpRoute}s of the services, with errors as JSON; and
 * at {@code /openapi.json} what those are.
 */
final class HttpEndpoint implements AutoCloseable, MeterBinder {

  private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int BAD_REQUEST = 400;
  private static final int NOT_ALLOWED = 405;
  private static final int FAILED = 500;
  private static final int UNAVAILABLE = 503;

  /** The paths that every process has, for the methods that they do not have. */
  private static final List<HttpRoute> OWN =
      Stream.of("/health/live", "/health/ready", "/openapi.json")
          .map(path -> HttpRoute.get(path, _ -> HttpResponse.empty(NO_CONTENT)))
          .toList();

  /** A request head of some kilobytes: a query by a vector of 300 numbers has 4,000 bytes. */
  private static final int HEAD_BYTES = 16_384;

  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final Duration HEAD_WITHIN = Duration.ofSeconds(10);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);
  private static final Duration COMPUTE_WITHIN = Duration.ofSeconds(30);

  private final HttpConfig config;
  private final Javalin server;
  private final List<? extends Service> services;
  private final ScrapeListener scrapes;
  private final ConnectionGuard guard;
  private final RequestExecutor requests;
  private final RouteServer routes;
  private final List<Predicate<String>> openPaths;
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("http-guard").factory());

  /** Is told of scrapes. */
  @FunctionalInterface
  interface ScrapeListener {
    /** The metrics were scraped; {@code failed}: a service had failed before. */
    void scraped(boolean failed);
  }

  /**
   * Starts the server.
   *
   * @throws SettingsException if the port is taken, or the files for TLS cannot be used
   */
  HttpEndpoint(
      HttpConfig config,
      PrometheusRegistry metrics,
      List<? extends Service> services,
      ScrapeListener scrapes) {
    this(config, metrics, services, scrapes, HEAD_WITHIN);
  }

  /** The same with another bound on the time for a request's head, for tests. */
  HttpEndpoint(
      HttpConfig config,
      PrometheusRegistry metrics,
      List<? extends Service> services,
      Duration headWithin) {
    this(config, metrics, services, _ -> {}, headWithin);
  }

  private HttpEndpoint(
      HttpConfig config,
      PrometheusRegistry metrics,
      List<? extends Service> services,
      ScrapeListener scrapes,
      Duration headWithin) {
    this.config = config;
    this.scrapes = scrapes;
    this.services = List.copyOf(services);
    this.guard = new ConnectionGuard(config.maxConnections(), headWithin, ANSWER_WITHIN);
    this.requests = new RequestExecutor(config.threads(), COMPUTE_WITHIN);
    this.routes = new RouteServer(requests, guard, config.maxConnections());
    this.openPaths =
        services.stream().flatMap(it -> it.routes().stream()).map(HttpRoute::open).toList();
    Optional<KeyStore> keys = config.identity().map(PemFiles::keyStore);
    this.server = Javalin.create(javalin -> configure(javalin, metrics, keys));
    try {
      server.start();
    } catch (RuntimeException e) {
      close();
      throw refused(e);
    }
    PeriodicTask.schedule(
        sweeper,
        PeriodicTask.Kind.HTTP_CONNECTIONS,
        Duration.ofMillis(Math.min(1000, headWithin.toMillis())),
        () -> guard.sweep(System.nanoTime()));
  }

  /** Publishes how many connections there are, and were closed. */
  @Override
  public void bindTo(MeterRegistry registry) {
    Gauge.builder("millrace.http.connections", guard, ConnectionGuard::connections)
        .description("HTTP connections that are open")
        .register(registry);
    Gauge.builder("millrace.http.streams", routes, RouteServer::streams)
        .description("HTTP connections that listen to server-sent events")
        .register(registry);
    FunctionCounter.builder("millrace.http.evicted", guard, ConnectionGuard::evicted)
        .description("HTTP connections that were closed as one too many, or for taking too long")
        .register(registry);
  }

  /** As the guard's, which the server itself calls every second. */
  void sweep(long nowNanos) {
    guard.sweep(nowNanos);
  }

  /** Connections that were closed as one too many, or for taking too long. */
  long evicted() {
    return guard.evicted();
  }

  int port() {
    return server.port();
  }

  @Override
  public void close() {
    sweeper.shutdownNow();
    routes.close();
    server.stop();
    requests.close();
  }

  private void configure(
      JavalinConfig config, PrometheusRegistry metrics, Optional<KeyStore> keys) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.concurrency.useVirtualThreads = true;
    // An id may contain a slash, and Jetty rejects encoded slashes by default.
    config.jetty.modifyHttpConfiguration(http -> {
      http.setUriCompliance(UriCompliance.UNSAFE);
      http.setRequestHeaderSize(HEAD_BYTES);
      http.setSendServerVersion(false);
    });
    config.jetty.addConnector((jetty, http) -> connector(jetty, http, keys));
    config.jetty.modifyServletContextHandler(servlets -> {
      servlets.addFilter(
          new FilterHolder(new TraceFilter()), "/*", EnumSet.of(DispatcherType.REQUEST));
      servlets.addFilter(
          new FilterHolder(new AccessFilter(this.config, this::isOpen)),
          "/*",
          EnumSet.of(DispatcherType.REQUEST));
      servlets.addFilter(
          new FilterHolder(
              (Filter)
                  (request, response, chain) -> {
                    if (!isReading((HttpServletRequest) request, (HttpServletResponse) response)) {
                      return;
                    }
                    boolean failed = !services.stream().allMatch(HttpEndpoint::isAlive);
                    chain.doFilter(request, response);
                    scrapes.scraped(failed);
                  }),
          "/metrics",
          EnumSet.of(DispatcherType.REQUEST));
      servlets.getServletHandler().setDecodeAmbiguousURIs(true);
      servlets.addServlet(new ServletHolder(new PrometheusMetricsServlet(metrics)), "/metrics");
    });
    get(config, "/health/live", context -> health(context, HttpEndpoint::isAlive));
    get(config, "/health/ready", context -> health(context, HttpEndpoint::isReady));
    String document =
        OpenApi.document(services.stream().flatMap(it -> it.routes().stream()).toList());
    get(config, "/openapi.json", context -> send(context, OK, document));
    routes(config);
    config.routes.exception(
        HttpStatusException.class,
        (problem, context) -> {
          problem.headers().forEach(context::header);
          complain(context, problem.status(), problem);
        });
    config.routes.exception(
        HttpResponseException.class, // Javalin's, of unknown paths and methods.
        (problem, context) -> complain(context, problem.getStatus(), problem));
    config.routes.exception(
        IllegalArgumentException.class, // Jetty's and Javalin's, of what they cannot decode.
        (exception, context) -> complain(context, BAD_REQUEST, exception));
    config.routes.exception(
        Exception.class,
        (exception, context) -> {
          LOG.warn("{} failed", context.path(), exception);
          complain(context, FAILED, exception);
        });
  }

  /** The first that fits answers: what takes any path comes last. */
  private void routes(JavalinConfig config) {
    List<HttpRoute> all = new ArrayList<>(OWN);
    for (Service service : services) {
      service.routes().stream()
          .filter(it -> !AllowedMethods.isOfAnyPath(it))
          .forEach(route -> {
            route(config, service, route);
            all.add(route);
          });
    }
    for (AllowedMethods path : AllowedMethods.of(all)) {
      for (String method : path.others()) {
        config.routes.addHttpHandler(
            HandlerType.findOrCreate(method), path.path(), context -> notAllowed(context, path));
      }
    }
    for (Service service : services) {
      service.routes().stream()
          .filter(AllowedMethods::isOfAnyPath)
          .forEach(route -> route(config, service, route));
    }
  }

  private void route(JavalinConfig config, Service service, HttpRoute route) {
    Handler handler = context -> answer(context, service, route);
    if (route.method() == HttpRoute.Method.GET) {
      get(config, route.path(), handler);
    } else {
      config.routes.addHttpHandler(
          HandlerType.findOrCreate(route.method().name()), route.path(), handler);
    }
  }

  /**
   * By itself, Javalin answers each {@code HEAD} with status 200, whatever {@code GET} would say.
   */
  private static void get(JavalinConfig config, String path, Handler handler) {
    config.routes.get(path, handler);
    config.routes.head(path, handler);
  }

  /** The metrics are a servlet's, which would take any method as a scrape. */
  private static boolean isReading(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    String method = request.getMethod();
    if (method.equals("GET") || method.equals("HEAD")) {
      return true;
    }
    response.setHeader("Allow", "GET, HEAD, OPTIONS");
    if (method.equals("OPTIONS")) {
      response.setStatus(NO_CONTENT);
      return false;
    }
    response.setStatus(NOT_ALLOWED);
    response.setContentType("application/json");
    response.getWriter().write("{\"error\":\"/metrics has the methods GET, HEAD and OPTIONS\"}");
    return false;
  }

  private static void notAllowed(Context context, AllowedMethods path) {
    context.header("Allow", path.header());
    String method = context.req().getMethod();
    if (method.equals("OPTIONS")) {
      context.status(NO_CONTENT);
      return;
    }
    complain(
        context,
        NOT_ALLOWED,
        new IllegalArgumentException(
            "%s has not the method %s; it has %s"
                .formatted(context.path(), method, path.header())));
  }

  private ServerConnector connector(Server jetty, HttpConfiguration http, Optional<KeyStore> keys) {
    var plain = new HttpConnectionFactory(http);
    ServerConnector connector =
        keys.map(store -> new ServerConnector(jetty, tls(store), plain))
            .orElseGet(() -> new ServerConnector(jetty, plain));
    connector.setHost(config.host());
    connector.setPort(config.port());
    connector.setIdleTimeout(IDLE.toMillis());
    connector.addBean(guard);
    return connector;
  }

  private static SslConnectionFactory tls(KeyStore keys) {
    var context = new SslContextFactory.Server();
    context.setKeyStore(keys);
    context.setKeyStorePassword("");
    return new SslConnectionFactory(context, HttpVersion.HTTP_1_1.asString());
  }

  private SettingsException refused(RuntimeException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return new SettingsException(
            "http.port %d on %s is in use: set another one, or 0 for a free one"
                .formatted(config.port(), config.host()));
      }
    }
    return new SettingsException(
        "cannot listen on http.host " + config.host() + ": " + RootCause.message(e));
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

  private void answer(Context context, Service service, HttpRoute route) throws Exception {
    if (route.whileStarting() || isReady(service)) {
      routes.answer(context, route);
    } else {
      complain(
          context,
          UNAVAILABLE,
          new IllegalStateException(
              service.name() + " is not ready: " + service.health().name() + "; try again later"));
    }
  }

  private boolean isOpen(String path) {
    return openPaths.stream().anyMatch(paths -> paths.test(path));
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
}
