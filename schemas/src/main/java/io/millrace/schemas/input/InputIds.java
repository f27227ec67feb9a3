package io.millrace.schemas.input;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Subject;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the id inside a JSON record, where a setting says that it is there rather than in the key.
 *
 * @param field where the id lies; empty if the key is the id
 */
record InputIds(Optional<JsonField> field) {

  /** The id inside a record; empty if the key is the id. */
  Decoded<Optional<String>> inside(Content content) {
    if (field.isEmpty() || !(content instanceof Content.JsonValue json)) {
      return Decoded.valid(Optional.empty());
    }
    JsonField where = field.get();
    return InputDecoder.required(json, where, "id")
        .flatMap(id ->
            id.isEmpty()
                ? Decoded.invalid("the id at %s is empty".formatted(where))
                : Decoded.valid(Optional.of(id)));
  }

  /**
   * The id that a deletion names. It has no value to look into, so the key is the id or, in JSON as
   * Debezium and Kafka Connect write keys, holds it in a field of the same name.
   *
   * @param key as text
   */
  Decoded<Optional<String>> ofDeletion(@Nullable String key) {
    if (field.isEmpty()
        || key == null
        || !(JsonInputParser.parse(key) instanceof Decoded.Valid<JsonNode>(JsonNode json))) {
      return Decoded.valid(Optional.empty());
    }
    JsonNode payload = json.has("schema") && json.has("payload") ? json.path("payload") : json;
    String name = field.get().pointer().last().getMatchingProperty();
    return JsonInputParser.scalar(payload.isObject() ? payload.path(name) : payload, "the key")
        .flatMap(id ->
            id.filter(it -> !it.isEmpty()).isPresent()
                ? Decoded.valid(id)
                : Decoded.invalid(
                    "the key of a deletion is JSON without the field %s, the last step of %s"
                        .formatted(name, field.get())));
  }

  /** Decodes a key as UTF-8 text; invalid if it is not. */
  static Decoded<String> text(byte[] key) {
    return TextDecoder.decode(key, StandardCharsets.UTF_8);
  }

  /** The subject of an id that lies inside a record. */
  static Decoded<Subject> subject(Subject.Kind kind, String id) {
    return Subject.named(kind, id.getBytes(StandardCharsets.UTF_8), "id");
  }
}
