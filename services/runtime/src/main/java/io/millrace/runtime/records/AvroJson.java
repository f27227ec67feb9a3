package io.millrace.runtime.records;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Schemas;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/** Converts Avro records to JSON for people: field by field, times in ISO 8601. */
public final class AvroJson {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private static final Map<String, AvroCodec<? extends SpecificRecordBase>> BY_NAME =
      Stream.of(Schemas.values())
          .collect(
              Collectors.toUnmodifiableMap(
                  record -> record.schema().getName(), record -> AvroCodec.of(record.type())));

  private final BytesJson bytes;

  public AvroJson(BytesJson bytes) {
    this.bytes = bytes;
  }

  /** The JSON of a value that is a Millrace Avro record; empty if the value is something else. */
  public Optional<ObjectNode> read(byte[] value) {
    return AvroCodec.nameOf(value)
        .map(BY_NAME::get)
        .map(avro -> avro.decode(value))
        .flatMap(decoded ->
            decoded instanceof Decoded.Valid<?>(IndexedRecord record)
                ? Optional.of(record(record))
                : Optional.empty());
  }

  /** The JSON of a record. */
  public ObjectNode record(IndexedRecord record) {
    ObjectNode object = JSON.objectNode();
    for (Schema.Field field : record.getSchema().getFields()) {
      object.set(field.name(), node(record.get(field.pos())));
    }
    return object;
  }

  private JsonNode node(@Nullable Object value) {
    return switch (value) {
      case null -> JSON.nullNode();
      case IndexedRecord record -> record(record);
      case Boolean truth -> JSON.booleanNode(truth);
      case Integer number -> JSON.numberNode(number);
      case Long number -> JSON.numberNode(number);
      case Float number -> Float.isFinite(number) ? JSON.numberNode(number) : text(number);
      case Double number -> Double.isFinite(number) ? JSON.numberNode(number) : text(number);
      case ByteBuffer buffer -> bytes.of(array(buffer));
      case Collection<?> list -> {
        ArrayNode array = JSON.arrayNode();
        list.forEach(element -> array.add(node(element)));
        yield array;
      }
      case Map<?, ?> map -> {
        ObjectNode object = JSON.objectNode();
        map.forEach((name, element) -> object.set(String.valueOf(name), node(element)));
        yield object;
      }
      default -> text(value);
    };
  }

  /** Strings, enums, instants, and numbers that JSON cannot express, such as NaN. */
  private static JsonNode text(Object value) {
    return JSON.textNode(value.toString());
  }

  private static byte[] array(ByteBuffer buffer) {
    byte[] array = new byte[buffer.remaining()];
    buffer.duplicate().get(array);
    return array;
  }
}
