package io.millrace.cli.json;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.deadletters.Replays;
import io.millrace.runtime.records.AvroJson;
import io.millrace.runtime.records.BytesJson;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.schemas.input.ContentType;
import io.millrace.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Converts a record of any topic to one JSON object. The fields of an Avro record become members of
 * the object; any other value becomes the member {@code value}: JSON unchanged, text as a string,
 * else bytes. Further members are {@code key}, {@code topic}, {@code partition}, {@code offset},
 * {@code timestamp} and {@code headers}. A dead letter has its original bytes in {@code value} and
 * the members {@code reason}, {@code service} and {@code from}.
 */
public final class RecordJson {

  private static final String ADDED = "millrace-dead-letter-";
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final Topics topics;
  private final boolean wholeBytes;

  /**
   * Creates a converter.
   *
   * @param wholeBytes whether bytes are included, and not only their number; model parts and
   *     checkpoints never are
   */
  public RecordJson(Topics topics, boolean wholeBytes) {
    this.topics = topics;
    this.wholeBytes = wholeBytes;
  }

  public ObjectNode of(ConsumerRecord<byte[], byte[]> record) {
    ObjectNode object = JSON.objectNode();
    object.set("key", keyOf(record.key()));
    boolean deadLetter = record.topic().equals(topics.deadLetters().name());
    if (deadLetter) {
      object.setAll(letter(record));
    } else {
      object.setAll(value(record));
    }
    object.put("topic", record.topic());
    object.put("partition", record.partition());
    object.put("offset", record.offset());
    object.put("timestamp", Instant.ofEpochMilli(record.timestamp()).toString());
    object.set("headers", headers(record, deadLetter));
    return object;
  }

  private ObjectNode value(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    var bytes = new BytesJson(wholeBytes && !isBulk(record.topic()));
    if (value == null) {
      return alone(JSON.nullNode());
    }
    Optional<ObjectNode> avro = new AvroJson(bytes).read(value);
    if (avro.isPresent()) {
      return avro.get();
    }
    String header = EventHeaders.contentType(record.headers());
    ContentType type = ContentType.of(header, value).orElse(ContentType.AVRO);
    return alone(
        switch (type) {
          case JSON -> json(value).orElseGet(() -> textOrBytes(value, bytes));
          case TEXT -> textOrBytes(value, bytes);
          case PNG, JPEG, AVRO -> bytes.of(value);
        });
  }

  private ObjectNode letter(ConsumerRecord<byte[], byte[]> record) {
    ObjectNode object = JSON.objectNode();
    if (record.headers().lastHeader(Replays.MARKER) != null) {
      return object.put("replayed", header(record, Replays.MARKER));
    }
    object.put("reason", header(record, DeadLetters.REASON));
    object.put("service", header(record, DeadLetters.SERVICE));
    ObjectNode from = object.putObject("from");
    from.put("topic", header(record, DeadLetters.TOPIC));
    from.put("partition", number(header(record, DeadLetters.PARTITION)));
    from.put("offset", number(header(record, DeadLetters.OFFSET)));
    byte[] value = record.value();
    object.set(
        "value", value == null ? JSON.nullNode() : textOrBytes(value, new BytesJson(wholeBytes)));
    return object;
  }

  private boolean isBulk(String topic) {
    return topic.equals(topics.models().name()) || topic.equals(topics.checkpoints().name());
  }

  private static ObjectNode alone(JsonNode value) {
    ObjectNode object = JSON.objectNode();
    object.set("value", value);
    return object;
  }

  private static ObjectNode headers(ConsumerRecord<byte[], byte[]> record, boolean deadLetter) {
    ObjectNode object = JSON.objectNode();
    for (Header header : record.headers()) {
      if (deadLetter && header.key().startsWith(ADDED)) {
        continue;
      }
      JsonNode value = keyOf(header.value());
      JsonNode before = object.get(header.key());
      if (before instanceof ArrayNode several) {
        several.add(value);
      } else if (before != null) {
        object.set(header.key(), JSON.arrayNode().add(before).add(value));
      } else {
        object.set(header.key(), value);
      }
    }
    return object;
  }

  private static JsonNode keyOf(byte @Nullable [] bytes) {
    return bytes == null ? JSON.nullNode() : textOrBytes(bytes, new BytesJson(true));
  }

  private static JsonNode textOrBytes(byte[] value, BytesJson bytes) {
    return utf8(value).<JsonNode>map(JSON::textNode).orElseGet(() -> bytes.of(value));
  }

  private static Optional<String> utf8(byte[] value) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static Optional<JsonNode> json(byte[] value) {
    try {
      // As text: of bytes the parser would guess the encoding.
      Optional<String> text = utf8(value);
      return text.isEmpty() ? Optional.empty() : Optional.of(MAPPER.readTree(text.get()));
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  private static @Nullable String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return EventHeaders.text(record.headers(), name).orElse(null);
  }

  private static @Nullable Long number(@Nullable String text) {
    return text != null && text.matches("\\d{1,18}") ? Long.valueOf(text) : null;
  }
}
