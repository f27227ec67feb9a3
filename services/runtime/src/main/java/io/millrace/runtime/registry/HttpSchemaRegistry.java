package io.millrace.runtime.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.input.SchemaRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * Reads schemas by Confluent's Schema Registry API, which Apicurio, Karapace and Redpanda answer
 * too. Each schema is asked for once. Safe for several threads.
 */
public final class HttpSchemaRegistry implements SchemaRegistry {

  /** The error code of a schema id that does not exist. */
  private static final int SCHEMA_NOT_FOUND = 40403;

  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

  private final ObjectMapper mapper = new ObjectMapper();
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(REQUEST_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();
  private final Map<Integer, Registered> known = new ConcurrentHashMap<>();
  private final String url;
  private final Optional<String> credentials;
  private final int attempts;
  private final Duration pause;

  /**
   * A registry.
   *
   * @param url its address, such as {@code http://localhost:8081}
   * @param credentials user and password, separated by a colon; empty for none
   * @param attempts how often an answer is tried for
   * @param pause between attempts
   */
  public HttpSchemaRegistry(
      String url, Optional<String> credentials, int attempts, Duration pause) {
    this.url = url.replaceAll("/+$", "");
    this.credentials = credentials;
    this.attempts = attempts;
    this.pause = pause;
  }

  @Override
  public Decoded<Registered> find(int id) {
    Registered before = known.get(id);
    if (before != null) {
      return Decoded.valid(before);
    }
    Optional<JsonNode> answer = get("/schemas/ids/" + id);
    if (answer.isEmpty()) {
      return Decoded.invalid(
          "the schema registry %s has no schema with the id %d".formatted(url, id));
    }
    String type = answer.get().path("schemaType").asText("AVRO");
    try {
      var schema =
          new Registered(type, type.equals("AVRO") ? resolved(answer.get()) : text(answer.get()));
      known.put(id, schema);
      return Decoded.valid(schema);
    } catch (AvroRuntimeException e) {
      return Decoded.invalid(
          "the schema with the id %d is not readable Avro: %s".formatted(id, e.getMessage()));
    }
  }

  /** An Avro schema with those that it refers to. */
  private String resolved(JsonNode answer) {
    var parser = new Schema.Parser();
    addReferences(answer, parser, new HashSet<>());
    return parser.parse(text(answer)).toString();
  }

  private void addReferences(JsonNode answer, Schema.Parser parser, Set<String> seen) {
    for (JsonNode reference : answer.path("references")) {
      String subject =
          URLEncoder.encode(reference.path("subject").asText(), StandardCharsets.UTF_8)
              .replace("+", "%20");
      String path = "/subjects/" + subject + "/versions/" + reference.path("version").asInt();
      if (seen.add(path)) {
        JsonNode other =
            get(path)
                .orElseThrow(
                    () -> new AvroRuntimeException(reference + " is not in the registry " + url));
        addReferences(other, parser, seen);
        parser.parse(text(other));
      }
    }
  }

  private static String text(JsonNode answer) {
    return answer.path("schema").asText();
  }

  /** The registry's answer; empty if it does not have what was asked for. */
  private Optional<JsonNode> get(String path) {
    String problem = "";
    for (int attempt = 0; attempt < attempts; attempt++) {
      try {
        // Before a record can be decoded its schema must be known: there is nothing else to do.
        if (attempt > 0) {
          Thread.sleep(pause);
        }
        HttpResponse<String> response =
            client.send(request(path), HttpResponse.BodyHandlers.ofString());
        JsonNode body = body(response);
        if (response.statusCode() == 200 && body.has("schema")) {
          return Optional.of(body);
        }
        if (response.statusCode() == 404
            && body.path("error_code").asInt() / 100 == 404
            && body.path("error_code").asInt() <= SCHEMA_NOT_FOUND) {
          return Optional.empty();
        }
        problem = "status " + response.statusCode() + " " + body.path("message").asText();
        if (response.statusCode() / 100 == 4) {
          break;
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

  private JsonNode body(HttpResponse<String> response) {
    try {
      return mapper.readTree(response.body());
    } catch (IOException e) {
      return mapper.nullNode();
    }
  }

  private HttpRequest request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(REQUEST_TIMEOUT)
            .header("Accept", "application/vnd.schemaregistry.v1+json, application/json");
    credentials.ifPresent(it ->
        request.header(
            "Authorization",
            "Basic " + Base64.getEncoder().encodeToString(it.getBytes(StandardCharsets.UTF_8))));
    return request.build();
  }
}
