package io.millrace.schemas.input;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.AvroCodec;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * Makes a JSON tree of an Avro value, in which JSON Pointers find fields: unions are the value that
 * they hold, enums their symbol, bytes stay bytes.
 */
final class AvroTree {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private AvroTree() {}

  /** The tree of a value that was read with the schema. */
  static JsonNode of(Schema schema, @Nullable Object value) {
    return switch (schema.getType()) {
      case NULL -> NODES.nullNode();
      case UNION -> of(schema.getTypes().get(GenericData.get().resolveUnion(schema, value)), value);
      case RECORD -> record(schema, as(IndexedRecord.class, value));
      case ARRAY -> {
        ArrayNode array = NODES.arrayNode();
        as(Collection.class, value).forEach(it -> array.add(of(schema.getElementType(), it)));
        yield array;
      }
      case MAP -> {
        ObjectNode object = NODES.objectNode();
        ((Map<?, ?>) as(Map.class, value))
            .forEach((name, it) -> object.set(name.toString(), of(schema.getValueType(), it)));
        yield object;
      }
      case STRING, ENUM -> NODES.textNode(as(Object.class, value).toString());
      case BYTES -> NODES.binaryNode(AvroCodec.bytes(as(ByteBuffer.class, value)));
      case FIXED -> NODES.binaryNode(as(GenericFixed.class, value).bytes());
      case BOOLEAN -> NODES.booleanNode(as(Boolean.class, value));
      case INT, LONG, FLOAT, DOUBLE -> JsonInputParser.number(as(Number.class, value));
    };
  }

  private static JsonNode record(Schema schema, IndexedRecord record) {
    ObjectNode object = NODES.objectNode();
    for (Schema.Field field : schema.getFields()) {
      object.set(field.name(), of(field.schema(), record.get(field.pos())));
    }
    return object;
  }

  private static <T> T as(Class<T> type, @Nullable Object value) {
    if (value == null) {
      throw new AvroRuntimeException("null where a value must be");
    }
    return type.cast(value);
  }
}
