package io.millrace.runtime.records;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A record's own time where its timestamp is another: a header with milliseconds since 1970. Inside
 * a topology the timestamp is the time of sending; what needs the own time takes it from here.
 */
public final class RecordTime {

  /** The header's name; it is on internal topics only. */
  public static final String HEADER = "millrace-record-time";

  private static final int MAX_DIGITS = 20;

  private RecordTime() {}

  /** Headers with a record's own time and nothing else. */
  public static Headers headers(long timeMillis) {
    var headers = new RecordHeaders();
    put(headers, timeMillis);
    return headers;
  }

  /** Adds a record's own time to its headers, or replaces it. */
  public static void put(Headers headers, long timeMillis) {
    headers.remove(HEADER).add(HEADER, Long.toString(timeMillis).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * A record's own time.
   *
   * @param timestamp the record's timestamp, which holds if the header is missing or no number
   */
  public static long of(@Nullable Headers headers, long timestamp) {
    Optional<String> text =
        EventHeaders.text(headers, HEADER).filter(it -> it.length() <= MAX_DIGITS);
    try {
      return text.isPresent() ? Long.parseLong(text.get()) : timestamp;
    } catch (NumberFormatException _) {
      return timestamp;
    }
  }
}
