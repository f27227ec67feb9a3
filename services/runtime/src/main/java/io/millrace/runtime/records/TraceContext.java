package io.millrace.runtime.records;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
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

  /** Those that version 00 and level 2 define: recorded, and drawn at random. */
  private static final int KNOWN_FLAGS = 3;

  private static final int TRACE_AT = 3;
  private static final int SPAN_AT = 36;
  private static final int FLAGS_AT = 53;
  private static final int LENGTH = 55;
  private static final byte[] NOTHING = {};
  private static final String VERSION = "00";

  /**
   * The context in the headers of a record; empty if they have no valid one. Of several headers the
   * last one counts.
   */
  public static Optional<TraceContext> of(@Nullable Headers headers) {
    byte[] value = value(headers);
    return value.length == 0 ? Optional.empty() : parse(value);
  }

  /** The header's value; empty if a record has no such header. */
  static byte[] value(@Nullable Headers headers) {
    Header header = headers == null ? null : headers.lastHeader(TRACEPARENT);
    byte @Nullable [] value = header == null ? null : header.value();
    return value == null ? NOTHING : value;
  }

  /** Whether a value is valid, and says that the trace is recorded. Makes no objects. */
  static boolean isSampled(byte[] value) {
    return value.length >= LENGTH
        && (Character.digit(value[LENGTH - 1], 16) & SAMPLED) != 0
        && isValid(value);
  }

  /**
   * Whether a value has the form of version 00, with exactly four fields, or of a later one, which
   * may go on after them with another hyphen. Makes no objects: it is asked for every record.
   */
  static boolean isValid(byte[] value) {
    if (value.length < LENGTH || (value.length > LENGTH && value[LENGTH] != '-')) {
      return false;
    }
    boolean isVersion00 = value[0] == '0' && value[1] == '0';
    boolean isVersionFf = value[0] == 'f' && value[1] == 'f';
    return (value.length == LENGTH || !isVersion00)
        && !isVersionFf
        && isHex(value, 0, TRACE_AT - 1)
        && value[TRACE_AT - 1] == '-'
        && isHex(value, TRACE_AT, SPAN_AT - 1)
        && !isZero(value, TRACE_AT, SPAN_AT - 1)
        && value[SPAN_AT - 1] == '-'
        && isHex(value, SPAN_AT, FLAGS_AT - 1)
        && !isZero(value, SPAN_AT, FLAGS_AT - 1)
        && value[FLAGS_AT - 1] == '-'
        && isHex(value, FLAGS_AT, LENGTH);
  }

  /** In lower case. */
  private static boolean isHex(byte[] value, int from, int to) {
    for (int i = from; i < to; i++) {
      boolean isDigit = value[i] >= '0' && value[i] <= '9';
      if (!isDigit && (value[i] < 'a' || value[i] > 'f')) {
        return false;
      }
    }
    return true;
  }

  private static boolean isZero(byte[] value, int from, int to) {
    for (int i = from; i < to; i++) {
      if (value[i] != '0') {
        return false;
      }
    }
    return true;
  }

  /** Parses the header's value; empty if it is invalid. */
  public static Optional<TraceContext> parse(String text) {
    return parse(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Optional<TraceContext> parse(byte[] value) {
    if (!isValid(value)) {
      return Optional.empty();
    }
    String text = new String(value, 0, LENGTH, StandardCharsets.US_ASCII);
    int flags = HexFormat.fromHexDigits(text, FLAGS_AT, LENGTH) & KNOWN_FLAGS;
    return Optional.of(
        new TraceContext(
            text.substring(TRACE_AT, SPAN_AT - 1), text.substring(SPAN_AT, FLAGS_AT - 1), flags));
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
    return VERSION + "-" + traceId + "-" + spanId + "-" + HexFormat.of().toHexDigits((byte) flags);
  }
}
