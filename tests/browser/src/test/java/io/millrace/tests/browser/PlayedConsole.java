package io.millrace.tests.browser;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A server that has the page's files and plays the API of docs/http-api.md: it answers what it is
 * told to, and tells what was written. Thread-safe.
 */
final class PlayedConsole implements AutoCloseable {

  private static final String POLICY =
      "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none';"
          + " form-action 'self'; frame-ancestors 'none'";

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml");

  static {
    // Else each answer waits up to 40 ms for the browser's acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  /** What was asked of it with another method than GET. */
  record Written(String method, String path, @Nullable String token, byte[] body) {

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private final HttpServer server;
  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final List<OutputStream> streams = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Written> writes = new LinkedBlockingQueue<>();
  private final Map<String, Integer> statuses = new ConcurrentHashMap<>();
  private volatile String token = "";
  private volatile UnaryOperator<String> renaming = UnaryOperator.identity();

  /** Starts on a port; 0 for a free one. */
  PlayedConsole(int port) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
    Map.ofEntries(
            Map.entry("GET /v1/flow", "flow"),
            Map.entry("GET /v1/evaluations", "evaluations"),
            Map.entry("GET /v1/evaluations/vision/confusion", "confusion"),
            Map.entry("GET /v1/evaluations/vision/calibration", "calibration"),
            Map.entry("GET /v1/recent/images", "images"),
            Map.entry("GET /v1/recent/documents", "documents"),
            Map.entry("GET /v1/documents/mails%2F1", "document"),
            Map.entry("GET /v1/documents/mails%2F1/terms", "terms"),
            Map.entry("GET /v1/documents/mails%2F1/similar", "similar"),
            Map.entry("GET /v1/words/pills/nearest", "nearest"),
            Map.entry("GET /v1/words/map", "map"),
            Map.entry("GET /v1/models", "models"),
            Map.entry("GET /v1/models/vision/history", "history"),
            Map.entry("GET /v1/models/vision/compare", "compare"),
            Map.entry("GET /v1/dead-letters", "dead-letters"),
            Map.entry("GET /v1/settings", "settings"),
            Map.entry("GET /v2/models/vision", "vision"))
        .forEach((request, file) -> answer(request, contract(file)));
  }

  int port() {
    return server.getAddress().getPort();
  }

  String url() {
    return "http://127.0.0.1:" + port() + "/";
  }

  /** From now on answers a method and path, ids in paths replaced by {@code *}, with this JSON. */
  void answer(String request, String json) {
    answers.put(request, json);
  }

  /** From now on refuses a request, named as for {@link #answer}. */
  void refuse(String request, int status, String why) {
    statuses.put(request, status);
    answer(request, "{\"error\":\"" + why + "\"}");
  }

  /** From now on changes each answer. */
  void rename(UnaryOperator<String> change) {
    renaming = change;
  }

  /** From now on refuses what comes without this token. */
  void require(String required) {
    token = required;
  }

  /** Sends an event to all pages. */
  void send(String type, String json) throws IOException {
    byte[] event = utf8("event: %s\ndata: %s\n\n".formatted(type, json));
    for (OutputStream stream : streams) {
      stream.write(event);
      stream.flush();
    }
  }

  /** Waits for the next write. */
  Written nextWrite() throws InterruptedException {
    Written written = writes.poll(Browser.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (written == null) {
      throw new AssertionError("nothing was written within " + Browser.PATIENCE);
    }
    return written;
  }

  @Override
  public void close() {
    server.stop(0);
  }

  static String contract(String name) {
    try (InputStream in = PlayedConsole.class.getResourceAsStream("/contract/" + name + ".json")) {
      if (in == null) {
        throw new IllegalArgumentException("no answer named " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    String method = exchange.getRequestMethod();
    String path = exchange.getRequestURI().getRawPath();
    byte[] body = exchange.getRequestBody().readAllBytes();
    String given = exchange.getRequestHeaders().getFirst("Authorization");
    if (!path.startsWith("/v1/") && !path.startsWith("/v2/")) {
      answerFile(exchange, path.equals("/") ? "/index.html" : path);
    } else if (!token.isEmpty() && !("Bearer " + token).equals(given)) {
      reply(exchange, 401, "application/json", "{\"error\":\"the token is missing\"}");
    } else if (path.equals("/v1/events")) {
      exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
      exchange.sendResponseHeaders(200, 0);
      exchange.getResponseBody().write(utf8(": here\n\n"));
      exchange.getResponseBody().flush();
      streams.add(exchange.getResponseBody());
    } else {
      String request = method + " " + path.replaceFirst("/console-[a-z0-9]+$", "/*");
      String json = answers.get(request);
      reply(
          exchange,
          json == null ? 404 : statuses.getOrDefault(request, 200),
          "application/json",
          json == null ? "{\"error\":\"not played: " + request + "\"}" : renaming.apply(json));
      if (!method.equals("GET") && !path.endsWith("/infer")) {
        writes.add(new Written(method, path, given, body));
      }
    }
  }

  private static void answerFile(HttpExchange exchange, String path) throws IOException {
    try (InputStream in = PlayedConsole.class.getResourceAsStream("/console" + path)) {
      if (in == null) {
        reply(exchange, 404, "text/plain", path);
      } else {
        exchange.getResponseHeaders().set("Content-Security-Policy", POLICY);
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        String type = TYPES.getOrDefault(path.substring(path.lastIndexOf('.') + 1), "text/plain");
        reply(exchange, 200, type, in.readAllBytes());
      }
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void reply(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    reply(exchange, status, type, utf8(body));
  }

  private static void reply(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }
}
