package io.millrace.learning.text.analysis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A factory of Lucene (char filter, tokenizer or token filter) with its parameters, as in settings:
 * {@code lowercase}, {@code snowballPorter(language=German2)}, {@code
 * patternReplace(pattern='[0-9]+', replacement='')}.
 *
 * @param name Lucene's name of the factory
 * @param parameters by name
 */
public record AnalysisComponent(String name, Map<String, String> parameters) {

  private static final Pattern NAME = Pattern.compile("\\s*([A-Za-z0-9_]+)\\s*");
  private static final Pattern PARAMETER =
      Pattern.compile("\\s*([A-Za-z0-9_]+)\\s*=\\s*(?:'([^']*)'|\"([^\"]*)\"|([^,)'\"]*))\\s*");

  public AnalysisComponent {
    parameters = Collections.unmodifiableSortedMap(new TreeMap<>(parameters));
  }

  /**
   * Parses components separated by commas: {@code lowercase, stop(words=stop.txt,
   * ignoreCase=true)}. A value with a comma or a bracket must be in single or double quotes.
   *
   * @throws IllegalArgumentException if the text cannot be parsed; the message says where
   */
  public static List<AnalysisComponent> parse(String text) {
    List<AnalysisComponent> components = new ArrayList<>();
    Matcher at = NAME.matcher(text);
    if (text.isBlank()) {
      return components;
    }
    int next = 0;
    do {
      next = component(text, next, at, components);
    } while (next < text.length());
    return components;
  }

  private static int component(
      String text, int from, Matcher at, List<AnalysisComponent> components) {
    if (!at.usePattern(NAME).region(from, text.length()).lookingAt()) {
      throw unreadable(text, from, "a name");
    }
    String name = at.group(1);
    Map<String, String> parameters = new TreeMap<>();
    int next = at.end();
    if (next < text.length() && text.charAt(next) == '(') {
      do {
        next = parameter(text, next + 1, at, parameters);
      } while (text.charAt(next) == ',');
      next++;
      while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
        next++;
      }
    }
    components.add(new AnalysisComponent(name, parameters));
    if (next == text.length()) {
      return next;
    }
    if (text.charAt(next) != ',' || next + 1 == text.length()) {
      throw unreadable(text, next, "a comma and another name, or the end");
    }
    return next + 1;
  }

  /** Parses a parameter; returns the place of the comma or bracket after it. */
  private static int parameter(String text, int from, Matcher at, Map<String, String> parameters) {
    if (!at.usePattern(PARAMETER).region(from, text.length()).lookingAt()) {
      throw unreadable(text, from, "name=value");
    }
    int end = at.end();
    if (end == text.length() || text.charAt(end) != ',' && text.charAt(end) != ')') {
      throw unreadable(text, end, "a comma or a closing bracket");
    }
    String value = at.group(2);
    if (value == null) {
      value = at.group(3) == null ? at.group(4).strip() : at.group(3);
    }
    parameters.put(at.group(1), value);
    return end;
  }

  private static IllegalArgumentException unreadable(String text, int at, String expected) {
    return new IllegalArgumentException(
        "expected " + expected + " at character " + at + " of " + text);
  }

  /** As in settings. */
  @Override
  public String toString() {
    return parameters.isEmpty()
        ? name
        : parameters.entrySet().stream()
            .map(parameter -> parameter.getKey() + "='" + parameter.getValue() + "'")
            .collect(Collectors.joining(", ", name + "(", ")"));
  }
}
