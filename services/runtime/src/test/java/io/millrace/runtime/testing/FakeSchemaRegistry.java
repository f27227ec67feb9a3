package io.millrace.runtime.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/**
 * The calls of the Schema Registry API that Millrace makes, answered as Confluent documents them
 * (Schema Registry API Reference): ids count up over all subjects, equal schemas share one, and a
 * subject's next schema must be able to read what its last has written.
 */
public final class FakeSchemaRegistry implements AutoCloseable {

  /** An answer instead of the right one. */
  private record Failure(int status, int code, String message) {}

  private record Answer(int status, String body) {}

  private static final Pattern BY_ID = Pattern.compile("/schemas/ids/(\\d+)");
  private static final Pattern SUBJECT = Pattern.compile("/subjects/([^/]+)(/versions)?");

  private final ObjectMapper mapper = new ObjectMapper();
  private final HttpServer server;
  private final List<String> schemas = new ArrayList<>();
  private final Map<String, List<Integer>> subjects = new HashMap<>();
  private final List<String> requests = new ArrayList<>();
  private final Deque<Failure> failures = new ArrayDeque<>();
  private Optional<String> authorization = Optional.empty();

  /** A registry without TLS, that everybody may use. */
  public FakeSchemaRegistry() throws IOException {
    this(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
  }

  private FakeSchemaRegistry(HttpServer server) {
    this.server = server;
    server.createContext("/", this::handle);
    server.start();
  }

  /** One with TLS. */
  public static FakeSchemaRegistry withTls(SSLContext context) throws IOException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    return new FakeSchemaRegistry(server);
  }

  /** Demands this header of every request. */
  public synchronized void demand(String header) {
    authorization = Optional.of(header);
  }

  /** The next request gets this answer. */
  public synchronized void failNext(int status, int code, String message) {
    failures.add(new Failure(status, code, message));
  }

  /** The requests up to now, as {@code POST /subjects/a-value}. */
  public synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  /** The subjects with schemas, and the ids of these. */
  public synchronized Map<String, List<Integer>> subjects() {
    return Map.copyOf(subjects);
  }

  /** Registers a schema as another client would; returns its id. */
  public synchronized int register(String subject, Schema schema) {
    int id = schemas.indexOf(schema.toString());
    if (id < 0) {
      id = schemas.size();
      schemas.add(schema.toString());
    }
    List<Integer> ids = subjects.computeIfAbsent(subject, _ -> new ArrayList<>());
    if (!ids.contains(id + 1)) {
      ids.add(id + 1);
    }
    return id + 1;
  }

  /** Its address. */
  public String url() {
    return (server instanceof HttpsServer ? "https" : "http")
        + "://localhost:"
        + server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    Answer answer = answer(exchange, body);
    byte[] bytes = answer.body().getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/vnd.schemaregistry.v1+json");
    exchange.sendResponseHeaders(answer.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private synchronized Answer answer(HttpExchange exchange, byte[] body) throws IOException {
    String path = exchange.getRequestURI().getPath();
    requests.add(exchange.getRequestMethod() + " " + path);
    if (!failures.isEmpty()) {
      Failure failure = failures.poll();
      return error(failure.status(), failure.code(), failure.message());
    }
    String given = exchange.getRequestHeaders().getFirst("Authorization");
    if (authorization.isPresent() && !authorization.get().equals(given)) {
      return error(401, 401, "Unauthorized");
    }
    Matcher byId = BY_ID.matcher(path);
    if (byId.matches()) {
      return byId(Integer.parseInt(byId.group(1)));
    }
    Matcher subject = SUBJECT.matcher(path);
    return subject.matches()
        ? subject(subject.group(1), subject.group(2) != null, mapper.readTree(body))
        : error(404, 404, "HTTP 404 Not Found");
  }

  private Answer byId(int id) {
    return id >= 1 && id <= schemas.size()
        ? new Answer(200, mapper.createObjectNode().put("schema", schemas.get(id - 1)).toString())
        : error(404, 40403, "Schema " + id + " not found");
  }

  private Answer subject(String subject, boolean registers, JsonNode body) {
    Schema schema = new Schema.Parser().parse(body.path("schema").asText());
    List<Integer> ids = subjects.getOrDefault(subject, List.of());
    int known = schemas.indexOf(schema.toString()) + 1;
    if (!registers) {
      return ids.isEmpty()
          ? error(404, 40401, "Subject '" + subject + "' not found.")
          : !ids.contains(known)
              ? error(404, 40403, "Schema not found")
              : new Answer(
                  200,
                  mapper
                      .createObjectNode()
                      .put("subject", subject)
                      .put("id", known)
                      .put("version", ids.indexOf(known) + 1)
                      .put("schema", schema.toString())
                      .toString());
    }
    return ids.isEmpty() || ids.contains(known) || reads(schema, ids.getLast())
        ? new Answer(200, mapper.createObjectNode().put("id", register(subject, schema)).toString())
        : error(409, 409, "Schema being registered is incompatible with an earlier schema");
  }

  private boolean reads(Schema reader, int writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(
                reader, new Schema.Parser().parse(schemas.get(writer - 1)))
            .getType()
        == SchemaCompatibility.SchemaCompatibilityType.COMPATIBLE;
  }

  private Answer error(int status, int code, String message) {
    return new Answer(
        status,
        mapper.createObjectNode().put("error_code", code).put("message", message).toString());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
