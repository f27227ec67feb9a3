package io.millrace.evaluation;

import io.millrace.runtime.records.EventHeaders;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;

/** The name of the slice that a record belongs to, from a header that a setting names. */
final class Slice {

  /** On internal topics. */
  private static final String HEADER = "millrace-slice";

  private static final int MAX_LENGTH = 100;

  private Slice() {}

  /**
   * Copies the name from an input record to one on an internal topic.
   *
   * @param header the input's header; empty if there are no slices
   */
  static void copy(String header, Headers from, Headers to) {
    if (!header.isEmpty()) {
      EventHeaders.text(from, header)
          .map(String::strip)
          .filter(name -> !name.isEmpty())
          .map(name -> name.substring(0, Math.min(MAX_LENGTH, name.length())))
          .ifPresent(name -> to.add(HEADER, name.getBytes(StandardCharsets.UTF_8)));
    }
  }

  /** The slice's name in the headers of a record on an internal topic; empty without one. */
  static String of(Headers headers) {
    return EventHeaders.text(headers, HEADER).orElse("");
  }
}
