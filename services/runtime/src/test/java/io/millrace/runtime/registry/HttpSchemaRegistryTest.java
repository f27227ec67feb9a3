package io.millrace.runtime.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.input.SchemaRegistry.Registered;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HttpSchemaRegistryTest {

  private static final String USER = "user:secret";
  private static final String BASIC = "Basic dXNlcjpzZWNyZXQ=";

  private static final String ROW =
      """
      {"type": "record", "name": "Row", "namespace": "shop", "fields": [
        {"name": "id", "type": "long"}, {"name": "body", "type": ["null", "string"]}]}
      """;

  private static final String ENVELOPE =
      """
      {"type": "record", "name": "Envelope", "namespace": "shop", "fields": [
        {"name": "after", "type": ["null", "Row"]}, {"name": "op", "type": "string"}]}
      """;

  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private int failures;

  HttpSchemaRegistryTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          requests.add(path);
          boolean isKnown = BASIC.equals(exchange.getRequestHeaders().getFirst("Authorization"));
          boolean fails = failures-- > 0;
          String missing = "{\"error_code\": 40403, \"message\": \"Schema not found\"}";
          byte[] body = answers.getOrDefault(path, missing).getBytes(UTF_8);
          int status = fails ? 503 : !isKnown ? 401 : answers.containsKey(path) ? 200 : 404;
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void asksForASchemaOnce() {
    answers.put("/schemas/ids/7", answer("JSON", "{}"));
    HttpSchemaRegistry registry = registry(USER);

    assertThat(registry.find(7)).isEqualTo(Decoded.valid(new Registered("JSON", "{}")));
    registry.find(7);

    assertThat(requests).containsExactly("/schemas/ids/7");
  }

  @Test
  void refusesAnIdThatTheRegistryDoesNotHave() {
    assertThat(registry(USER).find(8))
        .isEqualTo(
            Decoded.invalid("the schema registry " + url() + " has no schema with the id 8"));
  }

  @Test
  void refusesASchemaThatIsTooLong() {
    answers.put(
        "/schemas/ids/7", answer("JSON", " ".repeat(10 * HttpSchemaRegistry.MAX_ANSWER_BYTES)));

    assertThat(registry(USER).find(7))
        .asString()
        .contains("the schema registry's answer has more than 1048576 bytes");
  }

  @Test
  void refusesASchemaThatRefersToEverMore() {
    answers.put("/schemas/ids/7", referring("Top", "t0"));
    for (int i = 0; i < 10 * HttpSchemaRegistry.MAX_REFERENCES; i++) {
      answers.put("/subjects/t" + i + "/versions/1", referring("T" + i, "t" + (i + 1)));
    }
    answers.put("/schemas/ids/8", referring("Top", "long0"));
    for (int i = 0; i < 10; i++) {
      answers.put(
          "/subjects/long" + i + "/versions/1",
          referring("L" + "x".repeat(900_000) + i, "long" + (i + 1)));
    }

    assertThat(registry(USER).find(7)).asString().contains("it refers to more than 100 other");
    assertThat(registry(USER).find(8))
        .asString()
        .contains("those that it refers to have more than 1048576 characters");
  }

  @Test
  void keepsSchemasUpToABound() {
    HttpSchemaRegistry registry = registry(USER);
    for (int id = 0; id < 90; id++) {
      answers.put("/schemas/ids/" + id, answer("JSON", " ".repeat(1_000_000)));

      assertThat(registry.find(id)).isInstanceOf(Decoded.Valid.class);
      assertThat(registry.knownChars()).isBetween(1L, (long) HttpSchemaRegistry.MAX_KNOWN_CHARS);
    }
  }

  private static String referring(String name, String subject) {
    ObjectNode answer =
        new ObjectMapper()
            .createObjectNode()
            .put(
                "schema",
                "{\"type\": \"record\", \"name\": \"%s\", \"fields\": []}".formatted(name));
    answer
        .putArray("references")
        .addObject()
        .put("name", subject)
        .put("subject", subject)
        .put("version", 1);
    return answer.toString();
  }

  @Test
  void waitsForARegistryThatDoesNotAnswer() {
    answers.put("/schemas/ids/7", answer("JSON", "{}"));
    failures = 2;

    assertThat(registry(USER).find(7)).isInstanceOf(Decoded.Valid.class);
  }

  @Test
  void failsInsteadOfCallingARecordBadBecauseOfTheRegistry() {
    failures = 100;

    assertThatThrownBy(() -> registry(USER).find(7))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("status 503")
        .hasMessageContaining("schema.registry.url");
    assertThatThrownBy(() -> registry("user:wrong").find(7))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void saysThatThePasswordIsMissing() {
    assertThatThrownBy(() -> registry("user:wrong").find(7))
        .hasMessageContaining("status 401")
        .hasMessageContaining("schema.registry.basic.auth");
  }

  @Test
  void readsADocumentThatDebeziumWroteWithSchemasOfItsOwn() throws IOException {
    ObjectNode envelope = new ObjectMapper().createObjectNode().put("schema", ENVELOPE);
    envelope
        .putArray("references")
        .addObject()
        .put("name", "shop.Row")
        .put("subject", "shop row")
        .put("version", 3);
    answers.put("/schemas/ids/7", envelope.toString());
    answers.put("/subjects/shop row/versions/3", answer("AVRO", ROW));
    var parser = new Schema.Parser();
    Schema row = parser.parse(ROW);
    Schema schema = parser.parse(ENVELOPE);
    var after = new GenericData.Record(row);
    after.put("id", 17L);
    after.put("body", "red fox");
    var event = new GenericData.Record(schema);
    event.put("after", after);
    event.put("op", "c");
    var settings =
        Settings.of(
            Map.of(
                "schema.registry.url",
                url() + "/",
                "schema.registry.basic.auth",
                USER,
                "documents.json.text",
                "/after/body",
                "documents.json.id",
                "/after/id"));

    var read = settings.inputs().document(null, "k".getBytes(UTF_8), confluent(7, schema, event));

    assertThat(read.map(it -> it.subject().id())).isEqualTo(Decoded.valid("17"));
    assertThat(read.map(it -> it.document()))
        .isEqualTo(Decoded.valid(Optional.of(new Document("red fox", null))));
  }

  @Test
  void refusesAnAddressThatIsNone() {
    var settings = Settings.of(Map.of("schema.registry.url", "localhost:8081"));

    assertThatThrownBy(settings::inputs)
        .isInstanceOf(SettingsException.class)
        .hasMessage("schema.registry.url must begin with http:// or https://, was localhost:8081");
  }

  private static byte[] confluent(int id, Schema schema, GenericData.Record record)
      throws IOException {
    var out = new ByteArrayOutputStream();
    out.write(new byte[] {0, 0, 0, 0, (byte) id});
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<>(schema).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static String answer(String type, String schema) {
    return new ObjectMapper()
        .createObjectNode()
        .put("schemaType", type)
        .put("schema", schema)
        .toString();
  }

  private HttpSchemaRegistry registry(String credentials) {
    var server = new HttpSchemaRegistry.Server(url(), Optional.of(credentials), Optional.empty());
    return new HttpSchemaRegistry(server, 3, Duration.ofMillis(1));
  }

  private String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }
}
