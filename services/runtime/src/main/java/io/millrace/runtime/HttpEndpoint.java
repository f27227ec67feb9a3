package io.millrace.runtime;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.metrics.exporter.httpserver.MetricsHandler;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/**
 * One port for those who watch a process: {@code /metrics} in Prometheus' formats, {@code
 * /health/live} and {@code /health/ready} for Kubernetes' probes: 200 or 503, and JSON with the
 * state of every service.
 */
final class HttpEndpoint implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<? extends Service> services;

  /**
   * Listens at once.
   *
   * @param port 0 takes a free one
   * @throws SettingsException if the port is taken
   */
  HttpEndpoint(
      String host, int port, PrometheusRegistry metrics, List<? extends Service> services) {
    this.services = services;
    try {
      server = HttpServer.create(new InetSocketAddress(host, port), 0);
    } catch (BindException e) {
      throw new SettingsException(
          "http.port " + port + " on " + host + " is taken: set another, or 0 for any free one");
    } catch (IOException e) {
      throw new SettingsException(
          "http.host " + host + " cannot be listened on: " + e.getMessage());
    }
    server.setExecutor(threads);
    server.createContext("/metrics", new MetricsHandler(metrics));
    server.createContext("/health/live", exchange -> answer(exchange, HttpEndpoint::isAlive));
    server.createContext("/health/ready", exchange -> answer(exchange, HttpEndpoint::isReady));
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }

  private static boolean isAlive(Service service) {
    return service.health() != Service.Health.FAILED;
  }

  private static boolean isReady(Service service) {
    return service.health() == Service.Health.READY;
  }

  private void answer(HttpExchange exchange, Predicate<Service> good) throws IOException {
    try (exchange) {
      boolean allGood = services.stream().allMatch(good);
      byte[] body = describe(allGood).toString().getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("content-type", "application/json");
      exchange.sendResponseHeaders(allGood ? 200 : 503, body.length);
      exchange.getResponseBody().write(body);
    }
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
