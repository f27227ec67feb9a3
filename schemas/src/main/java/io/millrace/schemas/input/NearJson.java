package io.millrace.schemas.input;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.input.foreign.PrintedObject;
import java.util.Collection;
import java.util.Optional;
import java.util.regex.Matcher;
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
  private static final Pattern BARE_FIELD = Pattern.compile("\\{\\s*:?[\\w.$-]{1,200}\\s*[:=]");

  /** What a shell, Python's {@code str(bytes)} or Markdown leaves before an object. */
  private static final Pattern QUOTES = Pattern.compile("b?['\"`]+(?:json)?\\s*");

  /** Quotes around a field's name: of JSON, Python and word processors, perhaps escaped. */
  private static final String QUOTE = "\\\\*[\"'`“”„‘’]";

  /** Comments, guards against JSON hijacking and one word, as of an assignment or a key. */
  private static final Pattern PREFIX =
      Pattern.compile(
          "(?:[\\s\\p{Cf}\\p{Z}]++|(?://|#)[^\\n]*+\\n|/\\*(?s:.{0,2000}?)\\*/|\\)]}'?,?"
              + "|while\\s?\\(1\\);|for\\s?\\(;;\\);|(?:var|let|const)\\s){0,50}+"
              + "(?:[\\w.$%/@:-]{1,100}\\s*+[=:(\\[]?\\s*+)?(?=\\{)");

  private static final String AFTER_PREFIX =
      "a JSON object behind other characters (%s): send the object alone, or text/plain as content"
          + " type";

  private final Pattern quoted;
  private final Pattern bare;
  private final PrintedObject printedObject;

  /**
   * A recogniser.
   *
   * @param names the names of the fields that the records have
   */
  NearJson(Collection<String> names) {
    String any = names.stream().map(Pattern::quote).collect(Collectors.joining("|", "(?:", ")"));
    quoted = Pattern.compile(QUOTE + any + QUOTE + "\\s*(?::|=>|$)");
    bare = Pattern.compile("[{,]\\s*:?" + any + "\\s*[:=]");
    printedObject = new PrintedObject(any);
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
    boolean isBracketed = start.startsWith("[") || start.startsWith("{");
    if (isBracketed
        && JsonInputParser.parse(text) instanceof Decoded.Invalid<JsonNode>(String reason)
        && reason.endsWith(JsonInputParser.TOO_MANY_VALUES)) {
      return Optional.of("JSON with " + JsonInputParser.TOO_MANY_VALUES);
    }
    if (start.startsWith("[")
        && JsonInputParser.parse(text) instanceof Decoded.Valid<JsonNode>(JsonNode json)) {
      return Optional.of("a JSON array: send each element in a record of its own");
    }
    Optional<String> object = object(start).filter(this::isMeantAsJson);
    if (object.isEmpty()) {
      return printedObject.problem(LabelNormalizer.trimmed(text)).or(() -> afterPrefix(start));
    }
    if (object.get().length() < start.length() && !start.startsWith("[")) {
      return Optional.of(
          "a JSON object in quotes, encoded twice: send the object itself, or text/plain as"
              + " content type");
    }
    return Optional.of(
        JsonInputParser.parse(text) instanceof Decoded.Invalid<JsonNode>(String reason)
            ? "begins like JSON but is not (%s): send valid JSON, or text/plain as content type"
                .formatted(reason)
            : AFTER_PREFIX.formatted(PrintedObject.shown(text.substring(0, 1))));
  }

  /** Why a text that is a JSON object behind something known is refused; empty if it is prose. */
  private Optional<String> afterPrefix(String start) {
    Matcher prefix = PREFIX.matcher(start);
    if (!prefix.lookingAt() || prefix.end() == 0) {
      return Optional.empty();
    }
    String object = start.substring(prefix.end());
    String alone = object.substring(0, object.lastIndexOf('}') + 1);
    boolean isObject =
        object.substring(alone.length()).codePoints().noneMatch(Character::isLetterOrDigit)
            && JsonInputParser.parse(alone) instanceof Decoded.Valid<JsonNode>(JsonNode json)
            && json.isObject()
            && !json.isEmpty();
    return isObject || quoted.matcher(object).find()
        ? Optional.of(AFTER_PREFIX.formatted(PrintedObject.shown(prefix.group().strip())))
        : Optional.empty();
  }

  /** Without what is no part of a text, though the parser does not leave all of it out. */
  private static String withoutSpace(String text) {
    int start = 0;
    while (start < text.length()
        && (Character.isWhitespace(text.charAt(start))
            || Character.isSpaceChar(text.charAt(start))
            || Character.getType(text.charAt(start)) == Character.FORMAT)) {
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
