package io.millrace.runtime.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.input.SchemaRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Reads and registers schemas by Confluent's Schema Registry API, which Apicurio, Karapace and
 * Redpanda answer too. Each schema is asked for once. Safe for several threads.
 */
public final class HttpSchemaRegistry implements SchemaRegistry {

  /** The error code of a schema id that does not exist. */
  private static final int SCHEMA_NOT_FOUND = 40403;

  private static final int TOO_MANY_REQUESTS = 429;

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

  /** The longest answer; a schema with all that it refers to may have as much. */
  static final int MAX_ANSWER_BYTES = 1 << 20;

  /** The most schemas that a schema may refer to, directly or not. */
  static final int MAX_REFERENCES = 100;

  /** When the schemas that were found have more characters, all are asked for again. */
  static final int MAX_KNOWN_CHARS = 8 << 20;

  /** An id that the registry did not have is not asked for again so soon: it may be garbage. */
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMinutes(1);

  private static final int MAX_ABSENT = 1_000;

  private final ObjectMapper mapper = new ObjectMapper();
  private final HttpClient client;
  private final Map<Integer, Registered> known = new HashMap<>();
  private final Map<Integer, Long> absent = new ConcurrentHashMap<>();
  private long knownChars;
  private final String url;
  private final Optional<String> credentials;
  private final int attempts;
  private final Duration pause;

  /**
   * Where a registry is.
   *
   * @param url its address, such as {@code http://localhost:8081}
   * @param credentials user and password, separated by a colon; empty for none
   * @param trusted the authorities of its certificate; empty for those that Java trusts
   */
  public record Server(String url, Optional<String> credentials, Optional<SSLContext> trusted) {
    public Server {
      url = url.replaceAll("/+$", "");
    }
  }

  /**
   * A registry.
   *
   * @param attempts how often an answer is tried for
   * @param pause between attempts
   */
  public HttpSchemaRegistry(Server server, int attempts, Duration pause) {
    this.url = server.url();
    this.credentials = server.credentials();
    var builder =
        HttpClient.newBuilder()
            .connectTimeout(REQUEST_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NORMAL);
    server.trusted().ifPresent(builder::sslContext);
    this.client = builder.build();
    this.attempts = attempts;
    this.pause = pause;
  }

  @Override
  public Decoded<Registered> find(int id) {
    Registered before = known(id);
    if (before != null) {
      return Decoded.valid(before);
    }
    try {
      Optional<JsonNode> answer = isAbsent(id) ? Optional.empty() : get("/schemas/ids/" + id);
      if (answer.isEmpty()) {
        if (absent.size() < MAX_ABSENT) {
          absent.putIfAbsent(id, System.nanoTime());
        }
        return Decoded.invalid(
            "the schema registry %s has no schema with the id %d".formatted(url, id));
      }
      String type = answer.get().path("schemaType").asText("AVRO");
      var schema =
          new Registered(type, type.equals("AVRO") ? resolved(answer.get()) : text(answer.get()));
      keep(id, schema);
      return Decoded.valid(schema);
    } catch (AvroRuntimeException e) {
      return Decoded.invalid(
          "the schema with the id %d is not readable Avro: %s".formatted(id, e.getMessage()));
    }
  }

  private synchronized @Nullable Registered known(int id) {
    return known.get(id);
  }

  private synchronized void keep(int id, Registered schema) {
    if (knownChars + schema.text().length() > MAX_KNOWN_CHARS) {
      known.clear();
      knownChars = 0;
    }
    if (known.put(id, schema) == null) {
      knownChars += schema.text().length();
    }
  }

  /** The characters of the schemas that are kept. */
  synchronized long knownChars() {
    return knownChars;
  }

  private boolean isAbsent(int id) {
    Long asked = absent.get(id);
    if (asked != null && System.nanoTime() - asked > BETWEEN_QUESTIONS.toNanos()) {
      absent.remove(id);
      return false;
    }
    return asked != null;
  }

  /**
   * The id of a schema under a subject. It is registered there unless it is already, so that where
   * all schemas are registered by others this needs no right to write.
   *
   * @throws IllegalStateException if the registry does not answer or refuses the schema; the
   *     message says why
   */
  public int register(String subject, Schema schema) {
    String path = "/subjects/" + encoded(subject);
    String body = mapper.createObjectNode().put("schema", schema.toString()).toString();
    return post(path, body)
        .or(() -> post(path + "/versions", body))
        .filter(it -> it.path("id").isInt())
        .map(it -> it.path("id").intValue())
        .orElseThrow(() ->
            new IllegalStateException(
                "the schema registry %s gives no id for %s under the subject %s"
                    .formatted(url, schema.getName(), subject)));
  }

  private static String encoded(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** An Avro schema with those that it refers to. */
  private String resolved(JsonNode answer) {
    var parser = new Schema.Parser();
    addReferences(answer, parser, new HashSet<>(), new int[1]);
    String text = parser.parse(text(answer)).toString();
    if (text.length() > MAX_ANSWER_BYTES) {
      throw new AvroRuntimeException(
          "with all that it refers to it has more than %d characters".formatted(MAX_ANSWER_BYTES));
    }
    return text;
  }

  private void addReferences(JsonNode answer, Schema.Parser parser, Set<String> seen, int[] chars) {
    for (JsonNode reference : answer.path("references")) {
      String subject = encoded(reference.path("subject").asText());
      String path = "/subjects/" + subject + "/versions/" + reference.path("version").asInt();
      if (seen.add(path)) {
        if (seen.size() > MAX_REFERENCES) {
          throw new AvroRuntimeException(
              "it refers to more than " + MAX_REFERENCES + " other schemas");
        }
        JsonNode other =
            get(path)
                .orElseThrow(
                    () -> new AvroRuntimeException(reference + " is not in the registry " + url));
        chars[0] += text(other).length();
        if (chars[0] > MAX_ANSWER_BYTES) {
          throw new AvroRuntimeException(
              "those that it refers to have more than %d characters".formatted(MAX_ANSWER_BYTES));
        }
        addReferences(other, parser, seen, chars);
        parser.parse(text(other));
      }
    }
  }

  private static String text(JsonNode answer) {
    return answer.path("schema").asText();
  }

  private Optional<JsonNode> get(String path) {
    return ask(path, request(path).GET());
  }

  private Optional<JsonNode> post(String path, String body) {
    return ask(
        path,
        request(path)
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /** The registry's answer; empty if it does not have what was asked for. */
  private Optional<JsonNode> ask(String path, HttpRequest.Builder request) {
    String problem = "";
    for (int attempt = 0; attempt < attempts; attempt++) {
      try {
        // Before a record can be decoded its schema must be known: there is nothing else to do.
        if (attempt > 0) {
          Thread.sleep(pause);
        }
        HttpResponse<InputStream> response =
            client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        JsonNode body = body(response);
        if (response.statusCode() == 200 && (body.has("schema") || body.has("id"))) {
          return Optional.of(body);
        }
        if (response.statusCode() == 404
            && body.path("error_code").asInt() / 100 == 404
            && body.path("error_code").asInt() <= SCHEMA_NOT_FOUND) {
          return Optional.empty();
        }
        problem = "status " + response.statusCode() + " " + body.path("message").asText();
        if (response.statusCode() / 100 == 4 && response.statusCode() != TOO_MANY_REQUESTS) {
          throw refused(path, response.statusCode(), problem.strip());
        }
      } catch (IOException e) {
        problem = e.toString();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        problem = "interrupted";
        break;
      }
    }
    throw new IllegalStateException(
        ("the schema registry %s gives no answer to %s (%s): check schema.registry.url and"
                + " schema.registry.basic.auth")
            .formatted(url, path, problem.strip()));
  }

  private IllegalStateException refused(String path, int status, String problem) {
    String remedy =
        switch (status) {
          case 401, 403 ->
              "check schema.registry.basic.auth, and that its user may read and register there";
          case 409 ->
              "the subject has a schema that this one is not compatible with: set its compatibility"
                  + " to BACKWARD or NONE, or delete the subject if it is another's";
          case 422 -> "the registry takes no such schema: is it one for Avro?";
          default -> "check schema.registry.url";
        };
    return new IllegalStateException(
        "the schema registry %s refuses %s (%s): %s".formatted(url, path, problem, remedy));
  }

  /**
   * The body; null if it is not JSON.
   *
   * @throws AvroRuntimeException if it is too long
   */
  private JsonNode body(HttpResponse<InputStream> response) throws IOException {
    byte[] body;
    try (InputStream in = response.body()) {
      body = in.readNBytes(MAX_ANSWER_BYTES + 1);
    }
    if (body.length > MAX_ANSWER_BYTES) {
      throw new AvroRuntimeException(
          "the schema registry's answer has more than %d bytes".formatted(MAX_ANSWER_BYTES));
    }
    try {
      return mapper.readTree(body);
    } catch (IOException e) {
      return mapper.nullNode();
    }
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(REQUEST_TIMEOUT)
            .header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
    credentials.ifPresent(it ->
        request.header(
            "Authorization",
            "Basic " + Base64.getEncoder().encodeToString(it.getBytes(StandardCharsets.UTF_8))));
    return request;
  }
}
