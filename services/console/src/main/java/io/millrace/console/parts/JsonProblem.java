package io.millrace.console.parts;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;

/** Says what is wrong with JSON, and where, in words for who has sent it. */
public final class JsonProblem {

  private JsonProblem() {}

  /** The parser's sentence, without the names of its own switches and classes. */
  public static String of(JacksonException problem) {
    JsonLocation at = problem.getLocation();
    String text =
        problem
            .getOriginalMessage()
            .replaceAll(" ?\\(start marker at .*?\\]\\)", "")
            .replaceAll(": enable `[^`]*` to allow", "")
            .replaceAll(", from `[^`]*`", "");
    return "the body is not JSON (line %d, column %d): %s"
        .formatted(at == null ? 1 : at.getLineNr(), at == null ? 1 : at.getColumnNr(), text);
  }
}
