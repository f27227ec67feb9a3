package io.millrace.runtime.records;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Under which name a challenger has answered: a header of the records on {@code
 * shadow-predictions}. The name is that of a model, whose newest version answers, or a fixed
 * version of one: {@code vision-wide}, {@code vision}, {@code vision@17}.
 */
public final class ChallengerHeader {

  /** The header's name. */
  public static final String NAME = "millrace-challenger";

  /** The most characters of a challenger's name. */
  public static final int MAX_LENGTH = 200;

  private ChallengerHeader() {}

  /** Adds a challenger's name, or replaces it; an empty one is left out. */
  public static void put(Headers headers, String challenger) {
    headers.remove(NAME);
    if (!challenger.isEmpty()) {
      headers.add(NAME, challenger.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The name; empty if the record has none. */
  public static String of(@Nullable Headers headers) {
    return EventHeaders.text(headers, NAME).orElse("");
  }
}
