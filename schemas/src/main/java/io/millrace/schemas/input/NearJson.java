package io.millrace.schemas.input;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Decoded;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Recognises texts that were meant as JSON but do not parse, or not to one object: cut off, two in
 * one record, encoded twice, an array, Python's {@code str(dict)}, Java's {@code Map.toString()}.
 * Taken as prose, they would lose their label, and the names of their fields would become words.
 */
final class NearJson {

  /** The first field of an object, as JSON writes it. */
  private static final Pattern FIRST_FIELD = Pattern.compile("\\{\\s*\"[^\"]{0,200}\"\\s*:");

  /** The first field of an object without quotes: of JavaScript, YAML or Java. */
  private static final Pattern BARE_FIELD = Pattern.compile("\\{\\s*[\\w.$-]{1,200}\\s*[:=]");

  /** What a shell, Python's {@code str(bytes)} or Markdown leaves before an object. */
  private static final Pattern QUOTES = Pattern.compile("b?['\"`]+(?:json)?\\s*");

  /** Quotes around a field's name: of JSON, Python and word processors, perhaps escaped. */
  private static final String QUOTE = "\\\\*[\"'`“”„‘’]";

  /** The byte order mark and the zero-width space. */
  private static final String INVISIBLE = "\ufeff\u200b";

  private final Pattern quoted;
  private final Pattern bare;

  /**
   * A recogniser.
   *
   * @param names the names of the fields that the records have
   */
  NearJson(Collection<String> names) {
    String any = names.stream().map(Pattern::quote).collect(Collectors.joining("|", "(?:", ")"));
    quoted = Pattern.compile(QUOTE + any + QUOTE + "\\s*(?::|=>|$)");
    bare = Pattern.compile("[{,]\\s*" + any + "\\s*[:=]");
  }

  /** Whether a text begins like a JSON object, array of objects, or one of them in quotes. */
  static boolean looksLikeJson(String text) {
    return object(withoutSpace(text)).isPresent();
  }

  /**
   * Why a text without a content type is neither prose nor one JSON object.
   *
   * @param text that does not parse as one JSON object
   * @return empty if it is prose
   */
  Optional<String> problem(String text) {
    String start = withoutSpace(text);
    if (start.startsWith("[")
        && Json.parse(text) instanceof Decoded.Valid<JsonNode>(JsonNode json)) {
      return json.isEmpty()
          ? Optional.empty()
          : Optional.of("a JSON array: send each element in a record of its own");
    }
    Optional<String> object = object(start).filter(this::isMeantAsJson);
    if (object.isEmpty()) {
      return Optional.empty();
    }
    if (object.get().length() < start.length() && !start.startsWith("[")) {
      return Optional.of(
          "a JSON object in quotes, encoded twice: send the object itself, or text/plain as"
              + " content type");
    }
    return Json.parse(text) instanceof Decoded.Invalid<JsonNode>(String reason)
        ? Optional.of(
            "begins like JSON but is not (%s): send valid JSON, or text/plain as content type"
                .formatted(reason))
        : Optional.empty();
  }

  /** Without what is no part of a text, though the parser does not leave all of it out. */
  private static String withoutSpace(String text) {
    int start = 0;
    while (start < text.length()
        && (Character.isWhitespace(text.charAt(start))
            || Character.isSpaceChar(text.charAt(start))
            || INVISIBLE.indexOf(text.charAt(start)) >= 0)) {
      start++;
    }
    return text.substring(start);
  }

  private boolean isMeantAsJson(String object) {
    return FIRST_FIELD.matcher(object).lookingAt()
        || quoted.matcher(object).find()
        || (BARE_FIELD.matcher(object).lookingAt() && bare.matcher(object).find());
  }

  /** The text from the brace of its first object on, if an object is the first in it. */
  private static Optional<String> object(String start) {
    String inner = start;
    var quotes = QUOTES.matcher(start);
    if (quotes.lookingAt()) {
      inner = start.substring(quotes.end());
    }
    if (inner.startsWith("[")) {
      inner = inner.substring(1).stripLeading();
    }
    return inner.startsWith("{") ? Optional.of(inner) : Optional.empty();
  }
}
