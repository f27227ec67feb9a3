package io.millrace.cli.send.rows;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * Which fields of a record are used. A name that begins with a slash is a JSON Pointer (RFC 6901):
 * {@code /payload/body}.
 *
 * @param text the field of a document's text; empty for {@code text}
 * @param label the field of the label; empty for {@code label}
 * @param id the field of the id; empty for {@code id}
 */
public record FieldNames(Optional<String> text, Optional<String> label, Optional<String> id) {

  /** The usual names. */
  public static final FieldNames DEFAULT =
      new FieldNames(Optional.empty(), Optional.empty(), Optional.empty());

  public String textName() {
    return text.orElse("text");
  }

  public String labelName() {
    return label.orElse("label");
  }

  public String idName() {
    return id.orElse("id");
  }

  /** A field of a record; a missing node if it is not there. */
  public static JsonNode get(ObjectNode record, String name) {
    return name.startsWith("/") && !record.has(name)
        ? record.at(JsonPointer.compile(name))
        : record.path(name);
  }

  /** The names of a record's fields, for messages; at most twenty of them. */
  public static String list(ObjectNode record) {
    return list(record.fieldNames());
  }

  static String list(Iterator<String> names) {
    Iterable<String> all = () -> names;
    return StreamSupport.stream(all.spliterator(), false)
        .limit(20)
        .collect(Collectors.joining(", "));
  }
}
