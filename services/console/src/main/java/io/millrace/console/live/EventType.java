package io.millrace.console.live;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What clients can listen to. */
public enum EventType {
  PREDICTION,
  EVALUATION,
  VERSION,
  SERVING,
  DRIFT,
  DEAD_LETTER,
  FLOW,
  HEALTH;

  /** The name of the event: {@code dead-letter}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The type with this name; empty if no type has it. */
  public static Optional<EventType> named(String text) {
    return Arrays.stream(values()).filter(it -> it.text().equals(text)).findFirst();
  }

  /** All names, for messages. */
  public static String names() {
    return Arrays.stream(values()).map(EventType::text).collect(Collectors.joining(", "));
  }
}
