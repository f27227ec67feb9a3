package io.millrace.schemas.input;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.input.foreign.Debezium;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/**
 * Parses JSON inputs with Jackson (RFC 8259). Unlike Jackson's own tree, this one keeps numbers as
 * they are written, since {@code 7.0} and {@code 1e3} may be labels, and it knows which fields
 * occur twice. NaN and Infinity, which Python writes, are allowed where their value is not needed.
 *
 * <p>A tree takes some 300 bytes for a value of three characters, so that 8 MiB could become half a
 * gigabyte: a record may have at most {@value #MAX_VALUES} values, and 1000 levels.
 */
final class JsonInputParser {

  /** The most values in a record, those inside of others included. */
  static final int MAX_VALUES = 100_000;

  /** Why a record with more is refused. */
  static final String TOO_MANY_VALUES =
      "more than the limit of %,d values: send smaller records".formatted(MAX_VALUES);

  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          // The JVM's table of interned texts has no bound, and the names are the producers'.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .build();

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** A number as it is written. */
  private record WrittenNumber(String written) {

    boolean isFinite() {
      return Character.isDigit(written.charAt(written.length() - 1));
    }
  }

  /** The value of a field that occurs twice in its object. */
  private record Repeated() {}

  /** A value that lies at two places. */
  private record Ambiguous() {}

  private JsonInputParser() {}

  /** A value that is both an attribute of a CloudEvent and a field of its data. */
  static JsonNode ambiguous() {
    return new POJONode(new Ambiguous());
  }

  /** A number of another encoding, as JSON would write it. */
  static JsonNode number(Object number) {
    return new POJONode(new WrittenNumber(number.toString()));
  }

  /** The text as one JSON value; invalid, with line, column and the parser's message, if not. */
  static Decoded<JsonNode> parse(String text) {
    try (JsonParser parser = FACTORY.createParser(text)) {
      JsonToken first = parser.nextToken();
      if (first == null) {
        return Decoded.invalid("line 1, column 1: it is blank");
      }
      JsonNode value = new Tree(parser).value(first);
      if (parser.nextToken() != null) {
        return Decoded.invalid(
            at(parser.currentTokenLocation())
                + "a second JSON value: send each in a record of its own");
      }
      return Decoded.valid(value);
    } catch (JacksonException e) {
      return Decoded.invalid(
          at(e.getLocation())
              + e.getOriginalMessage().replaceAll(" ?\\(start marker at .*?\\]\\)", ""));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // A string has no input or output that could fail.
    }
  }

  /**
   * The text as one JSON value, without byte order marks and white space that JSON does not know,
   * such as no-break spaces, at both ends. The reason counts them.
   */
  static Decoded<JsonNode> parseTrimmed(String text) {
    return parse(LabelNormalizer.trimmed(text)) instanceof Decoded.Valid<JsonNode> valid
        ? valid
        : parse(text);
  }

  /** Makes a tree of what a parser reads. Recursion is bounded: Jackson refuses 1000 levels. */
  private static final class Tree {
    private final JsonParser parser;
    private int values;

    Tree(JsonParser parser) {
      this.parser = parser;
    }

    JsonNode value(JsonToken token) throws IOException {
      values++;
      if (values > MAX_VALUES) {
        throw new JsonParseException(parser, TOO_MANY_VALUES);
      }
      return switch (token) {
        case START_OBJECT -> object();
        case START_ARRAY -> array();
        case VALUE_STRING -> NODES.textNode(parser.getText());
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
            new POJONode(new WrittenNumber(parser.getText()));
        case VALUE_TRUE -> NODES.booleanNode(true);
        case VALUE_FALSE -> NODES.booleanNode(false);
        case VALUE_NULL -> NODES.nullNode();
        case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
            throw new IllegalStateException("unexpected token " + token);
      };
    }

    private ObjectNode object() throws IOException {
      ObjectNode object = NODES.objectNode();
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        JsonNode value = value(parser.nextToken());
        object.set(name, object.has(name) ? new POJONode(new Repeated()) : value);
      }
      return object;
    }

    private ArrayNode array() throws IOException {
      ArrayNode array = NODES.arrayNode();
      for (JsonToken token = parser.nextToken();
          token != JsonToken.END_ARRAY;
          token = parser.nextToken()) {
        array.add(value(token));
      }
      return array;
    }
  }

  private static String at(JsonLocation location) {
    return location == null
        ? ""
        : "line %d, column %d: ".formatted(location.getLineNr(), location.getColumnNr());
  }

  /**
   * A value as text: strings as they are, numbers and booleans as written; empty if it is absent or
   * null. Invalid, with the reason, if it is anything else.
   *
   * @param name what the value is, for the reason: {@code the label}
   */
  static Decoded<Optional<String>> scalar(JsonNode value, String name) {
    if (value.isMissingNode() || value.isNull()) {
      return Decoded.valid(Optional.empty());
    }
    if (value.isTextual() && Debezium.isUnavailable(value.asText())) {
      return Decoded.invalid(name + Debezium.UNAVAILABLE);
    }
    if (value.isTextual() || value.isBoolean()) {
      return Decoded.valid(Optional.of(value.asText()));
    }
    if (value instanceof POJONode node && node.getPojo() instanceof WrittenNumber number) {
      return number.isFinite()
          ? Decoded.valid(Optional.of(number.written()))
          : Decoded.invalid(
              "%s is %s, which JSON does not have: send null for none"
                  .formatted(name, number.written()));
    }
    if (value instanceof POJONode node && node.getPojo() instanceof Ambiguous) {
      return Decoded.invalid(
          name
              + " is both an attribute of the CloudEvent and a field of its data: begin the setting"
              + " with /data for the field");
    }
    return Decoded.invalid(
        value.isPojo()
            ? name + " occurs twice in its JSON object: send it once"
            : "%s is a JSON %s: send a string"
                .formatted(name, value.isArray() ? "array" : "object"));
  }
}
