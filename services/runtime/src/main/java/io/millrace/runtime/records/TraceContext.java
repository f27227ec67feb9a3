package io.millrace.runtime.records;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Where a record stands in a trace: the header {@code traceparent} of W3C's Trace Context, <a
 * href="https://www.w3.org/TR/trace-context/#traceparent-header">section 3.2</a>.
 *
 * @param traceId 32 lower-case hexadecimal digits, not all 0
 * @param spanId 16 lower-case hexadecimal digits, not all 0
 * @param flags the lowest bit says whether the trace is recorded
 */
public record TraceContext(String traceId, String spanId, int flags) {

  /** The header's name. */
  public static final String TRACEPARENT = "traceparent";

  private static final int SAMPLED = 1;

  /** Version 00 has this form; a later one may go on after it with another hyphen. */
  private static final Pattern FORM =
      Pattern.compile("([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

  private static final String INVALID_VERSION = "ff";
  private static final String INVALID_TRACE = "0".repeat(32);
  private static final String INVALID_SPAN = "0".repeat(16);

  /** The context in the headers of a record; empty if there is none, or an invalid one. */
  public static Optional<TraceContext> of(@Nullable Headers headers) {
    Header header = headers == null ? null : headers.lastHeader(TRACEPARENT);
    return header == null || header.value() == null
        ? Optional.empty()
        : parse(new String(header.value(), StandardCharsets.US_ASCII));
  }

  /** Parses the header's value; empty if it is invalid. */
  public static Optional<TraceContext> parse(String text) {
    var found = FORM.matcher(text);
    if (!found.matches()) {
      return Optional.empty();
    }
    boolean isValid =
        !found.group(1).equals(INVALID_VERSION)
            && (found.group(5) == null || !found.group(1).equals("00"))
            && !found.group(2).equals(INVALID_TRACE)
            && !found.group(3).equals(INVALID_SPAN);
    return isValid
        ? Optional.of(
            new TraceContext(
                found.group(2), found.group(3), HexFormat.fromHexDigits(found.group(4))))
        : Optional.empty();
  }

  /** Whether the trace is recorded. */
  public boolean isSampled() {
    return (flags & SAMPLED) != 0;
  }

  /**
   * The context of a span below this one. Its id follows from what it is called, so that a record
   * that is made again after an abort has the same bytes, and the same span.
   */
  public TraceContext child(String name) {
    byte[] hash = hash(traceId + "/" + spanId + "/" + name);
    return new TraceContext(traceId, hex(hash, 0, 8), flags);
  }

  /** The context of the first span of a trace of its own, whose ids follow from its name. */
  public static TraceContext root(String name) {
    byte[] hash = hash(name);
    return new TraceContext(hex(hash, 0, 16), hex(hash, 16, 24), SAMPLED);
  }

  private static byte[] hash(String text) {
    return Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8));
  }

  /** All 0 is invalid: once in 2^64. */
  private static String hex(byte[] hash, int from, int to) {
    if (ByteBuffer.wrap(hash, to - Long.BYTES, Long.BYTES).getLong() == 0) {
      hash[to - 1] = 1;
    }
    return HexFormat.of().formatHex(hash, from, to);
  }

  /** As the header's value. */
  @Override
  public String toString() {
    return "00-%s-%s-%02x".formatted(traceId, spanId, flags);
  }
}
