package io.millrace.schemas.input;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Decoded;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads a value that is a label alone: text, or a JSON string. */
final class PlainLabel {

  /** How languages, databases and pandas write a missing value as text; in lower case. */
  private static final Set<String> MISSING =
      Set.of(
          "null",
          "(null)",
          "<null>",
          "none",
          "nan",
          "nat",
          "nil",
          "undefined",
          "na",
          "n/a",
          "#n/a",
          "<na>",
          "\\n");

  private PlainLabel() {}

  /**
   * The label in a text.
   *
   * @return invalid, with the reason, if it stands for a missing value or was meant as JSON
   */
  static Decoded<String> of(Content.Text content) {
    String text = LabelNormalizer.trimmed(content.text());
    if (!content.isDeclared()) {
      Optional<Decoded<String>> json = json(text);
      if (json.isPresent()) {
        return json.get();
      }
    }
    return MISSING.contains(text.toLowerCase(Locale.ROOT))
        ? Decoded.invalid(
            "the label %s looks like a missing value: send a string in JSON to use it as a label"
                .formatted(text))
        : Decoded.valid(text);
  }

  /**
   * The label in a JSON string; empty if the text does not begin like a JSON string or container.
   */
  private static Optional<Decoded<String>> json(String text) {
    if (text.isEmpty() || "\"{[".indexOf(text.charAt(0)) < 0) {
      return Optional.empty();
    }
    return Optional.of(
        switch (JsonInputParser.parse(text)) {
          case Decoded.Valid<JsonNode>(JsonNode json) ->
              json.isTextual()
                  ? Decoded.valid(json.asText())
                  : Decoded.invalid("the label is a JSON array or object: send a string");
          case Decoded.Invalid<JsonNode>(String reason) ->
              Decoded.invalid(
                  "begins like JSON but is not (%s): send valid JSON, or text/plain as content type"
                      .formatted(reason));
        });
  }
}
