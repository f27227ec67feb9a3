package io.millrace.runtime.records;

import io.millrace.schemas.AvroCodec;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The headers of what Millrace sends: CloudEvents 1.0 in the Kafka protocol binding's binary mode
 * ({@code ce_id}, {@code ce_type}, {@code ce_source}, {@code ce_time}, {@code content-type}, and
 * where they are known {@code ce_subject} and {@code ce_dataschema}), and the W3C trace context of
 * the record that caused it ({@code traceparent}, {@code tracestate}).
 */
public final class EventHeaders {

  public static final String CONTENT_TYPE = "content-type";

  private static final String TIME = "ce_time";

  private static final int MAX_TIME_LENGTH = 40;

  private static final List<String> TRACE = List.of(TraceContext.TRACEPARENT, TraceState.NAME);

  /** The longest value of another header that is carried on. */
  private static final int MAX_CARRIED_BYTES = 512;

  private EventHeaders() {}

  /**
   * Headers of a record that an input record caused.
   *
   * @param cause the input's headers: its trace is continued, see {@link Traces}
   * @param id identifies the event among those of its source; the same for the same cause, so that
   *     a record made again after an abort can be recognised
   * @param type the event's type, such as {@code io.millrace.prediction}
   * @param service the service that sends it
   * @param contentType the media type of the value
   * @param timeMillis when the cause happened, milliseconds since 1970
   */
  public static Headers of(
      @Nullable Headers cause,
      String id,
      String type,
      String service,
      String contentType,
      long timeMillis) {
    var headers = new RecordHeaders();
    add(headers, "ce_specversion", "1.0");
    add(headers, "ce_id", id);
    add(headers, "ce_type", type);
    add(headers, "ce_source", "/millrace/" + service);
    add(headers, TIME, Instant.ofEpochMilli(Math.max(0, timeMillis)).toString());
    add(headers, CONTENT_TYPE, contentType);
    if (cause != null) {
      Traces.carry(cause, headers, service, type, id);
    }
    return headers;
  }

  /**
   * Adds what an event is about ({@code ce_subject}) and the schema of its value ({@code
   * ce_dataschema}).
   *
   * @param subject such as {@code image/7}
   */
  public static void describe(Headers headers, String subject, AvroCodec<?> value) {
    describe(headers, subject);
    add(headers, "ce_dataschema", value.schemaUri());
  }

  /** Adds what an event is about; its value has no schema. */
  public static void describe(Headers headers, String subject) {
    add(headers, "ce_subject", subject);
  }

  /** The value of a header as text; empty if there is none. */
  public static Optional<String> text(@Nullable Headers headers, String name) {
    Header header = headers == null ? null : headers.lastHeader(name);
    return header == null || header.value() == null
        ? Optional.empty()
        : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
  }

  /**
   * When the event happened: {@code ce_time}, else the record's timestamp.
   *
   * @param timestamp holds if there is no such header or it is not a time that can be written
   * @return milliseconds since 1970
   */
  public static long time(@Nullable Headers headers, long timestamp) {
    Optional<String> text = text(headers, TIME).filter(it -> it.length() <= MAX_TIME_LENGTH);
    try {
      return text.isPresent()
          ? OffsetDateTime.parse(text.get()).toInstant().toEpochMilli()
          : timestamp;
    } catch (DateTimeException | ArithmeticException _) {
      return timestamp;
    }
  }

  /**
   * The content type that a producer has set, or null. Kafka distinguishes {@code content-type},
   * {@code Content-Type} and Spring Cloud Stream's {@code contentType}; producers mean the same.
   */
  public static @Nullable String contentType(@Nullable Headers headers) {
    Optional<String> exact = text(headers, CONTENT_TYPE);
    if (exact.isPresent() || headers == null) {
      return exact.orElse(null);
    }
    for (Header header : headers) {
      if (header.key().replace("-", "").equalsIgnoreCase("contenttype")) {
        return text(headers, header.key()).orElse(null);
      }
    }
    return null;
  }

  /**
   * Copies headers that the producer of an input has set to what is made of it; those without a
   * value, or with one of more than 512 bytes, are left out.
   *
   * @param names of the headers, none that {@link #isOwn}
   */
  public static void carry(Collection<String> names, Headers from, Headers to) {
    for (String name : names) {
      Header header = from.lastHeader(name);
      if (header != null && header.value() != null && header.value().length <= MAX_CARRIED_BYTES) {
        to.add(name, header.value());
      }
    }
  }

  /** Whether Millrace sets this header itself, so that none is carried under its name. */
  public static boolean isOwn(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.startsWith("ce_")
        || lower.startsWith("millrace-")
        || lower.replace("-", "").equals("contenttype")
        || TRACE.contains(lower);
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
