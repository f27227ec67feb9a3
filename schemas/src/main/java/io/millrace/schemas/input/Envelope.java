package io.millrace.schemas.input;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * Recognises the JSON in which change data capture and connectors wrap records, to say which
 * setting reads it, and what Debezium says about a row.
 */
final class Envelope {

  private static final int MAX_NAMES = 8;

  private Envelope() {}

  /** Why a record without a value that it needs is refused: what was looked for, what is there. */
  static String missing(Content.JsonValue json, JsonField field, String what) {
    String looked =
        "the JSON has no %s at %s (%s)".formatted(what, field.pointer(), field.setting());
    JsonNode root = json.root();
    String payload = root.path("payload").isObject() ? "/payload" : "";
    JsonNode inner = payload.isEmpty() ? root : root.path("payload");
    if (changeOf(root).isPresent()) {
      String row = inner.path("after").isObject() ? "after" : "before";
      return looked
          + "; it looks like a Debezium event: "
          + advice(field, payload + "/" + row, inner.path(row));
    }
    if (root.has("schema") && root.has("payload")) {
      return looked
          + "; it looks like Kafka Connect's schema envelope: "
          + advice(field, "/payload", root.path("payload"));
    }
    if (json.isCloudEvent()) {
      return looked + "; it is a CloudEvent: " + advice(field, "/data", json.data());
    }
    List<String> names = names(root);
    return names.isEmpty()
        ? looked + ": send a JSON object with it"
        : "%s; it has the fields %s: set %s to where it lies"
            .formatted(looked, String.join(", ", names), field.setting());
  }

  private static String advice(JsonField field, String parent, JsonNode value) {
    String last = field.pointer().last().getMatchingProperty();
    List<String> names = value.has(last) ? List.of(last) : names(value);
    return switch (names.size()) {
      case 0 -> "set %s=%s".formatted(field.setting(), parent);
      case 1 -> "set %s=%s/%s".formatted(field.setting(), parent, names.getFirst());
      default ->
          "set %s=%s/FIELD, with FIELD one of %s"
              .formatted(field.setting(), parent, String.join(", ", names));
    };
  }

  /** The first names of an object's fields, as a pointer has them. */
  private static List<String> names(JsonNode object) {
    return object.properties().stream()
        .map(it -> escaped(abbreviated(it.getKey())))
        .limit(MAX_NAMES)
        .toList();
  }

  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  /**
   * The operation of a Debezium event, with or without its schema: {@code c}, {@code u}, {@code r},
   * {@code d}, {@code t} or {@code m}.
   */
  static Optional<String> changeOf(JsonNode root) {
    JsonNode event = root.path("payload").has("op") ? root.path("payload") : root;
    boolean isDebezium =
        event.path("op").isTextual()
            && event.path("source").isObject()
            && (event.has("after") || event.has("before") || event.has("message"));
    return isDebezium ? Optional.of(event.path("op").asText()) : Optional.empty();
  }

  private static String abbreviated(String name) {
    return name.length() <= 40 ? name : name.substring(0, 40) + "…";
  }
}
