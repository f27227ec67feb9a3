package io.millrace.runtime.records;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Continues the traces of inputs in what is made of them. Unless the process exports spans, {@code
 * traceparent} and {@code tracestate} are passed on as they came, and nothing else is done. If it
 * does, each record that is part of a recorded trace gets spans, by the <a
 * href="https://opentelemetry.io/docs/specs/semconv/messaging/kafka/">conventions for messaging</a>
 * 1.44:
 *
 * <ol>
 *   <li>{@code poll TOPIC}: a poll that brought it, linked to all such records of the poll ({@link
 *       Polls}).
 *   <li>{@code process TOPIC}, below the record's own context: what a service does with the record.
 *   <li>{@code decode TOPIC}, {@code score MODEL} and others ({@link #part}), below that: a part of
 *       it.
 *   <li>{@code send TOPIC}, below {@code process}: from the making of a record to its
 *       acknowledgement. The record goes on with the context of this span.
 *   <li>{@code learn MODEL}, in a trace of its own: a step of a trainer, linked to the examples;
 *       and below that {@code send models}: the version that it made ({@link StepSpans}).
 *   <li>{@code judge MODEL}, below a label's context, linked to the prediction that it judged; the
 *       other way round if the prediction came later.
 * </ol>
 *
 * <p>Requests over HTTP have {@link RequestTrace}s. Ids of spans follow from what they are spans
 * of. Safe for several threads.
 */
public final class Traces {

  /** The most links of a span: the default limit of OpenTelemetry's SDK. */
  public static final int MAX_LINKS = 128;

  private static final long NANOS = 1_000_000_000L;

  private static final String SYSTEM = "messaging.system";
  private static final String KAFKA = "kafka";
  private static final String OPERATION = "messaging.operation.name";
  private static final String OPERATION_TYPE = "messaging.operation.type";
  static final String DESTINATION = "messaging.destination.name";
  static final String CLIENT = "messaging.client.id";

  private static final ThreadLocal<@Nullable TraceContext> CURRENT = new ThreadLocal<>();
  private static volatile @Nullable Consumer<TraceSpan> sink;

  private Traces() {}

  /** Gives all spans of this process to somebody, in place of who had them before. */
  public static synchronized void exportTo(Consumer<TraceSpan> exporter) {
    sink = exporter;
  }

  /** Gives spans to nobody, if this one had them. */
  public static synchronized void stopExportTo(Consumer<TraceSpan> exporter) {
    if (sink == exporter) {
      sink = null;
      Polls.clear();
    }
  }

  /** Whether anybody takes spans. */
  public static boolean areExported() {
    return sink != null;
  }

  /** Now, in nanoseconds since 1970; 0 if nobody takes spans. */
  public static long now() {
    if (sink == null) {
      return 0;
    }
    Instant now = Instant.now();
    return now.getEpochSecond() * NANOS + now.getNano();
  }

  /** Now, if something is traced; else 0: a clock costs more than all else that is done here. */
  public static long now(Optional<?> traced) {
    return traced.isPresent() ? now() : 0;
  }

  static void export(TraceSpan span) {
    Consumer<TraceSpan> exporter = sink;
    if (exporter != null) {
      exporter.accept(span);
    }
  }

  /**
   * Continues the trace of a record in the headers of one that was made of it. An invalid context
   * is not continued where spans are exported, as the specification asks.
   *
   * @param service who made it, and says by {@link #processed} that it did
   * @param type the event's type
   * @param id the event's id: the coordinates of the cause, and what a slash divides from them
   */
  static void carry(Headers cause, Headers made, String service, String type, String id) {
    byte[] value = TraceContext.value(cause);
    if (sink == null || !TraceContext.isSampled(value)) {
      passUnrecorded(cause, made);
    } else {
      int slash = id.indexOf('/');
      String coordinates = slash < 0 ? id : id.substring(0, slash);
      TraceContext process =
          TracedRecord.processing(TraceContext.of(cause).orElseThrow(), service, coordinates);
      made.add(
          new SendHeader(
              process.child("send/" + type + "/" + id), process, List.of(process), now()));
      passState(cause, made);
    }
  }

  /** Passes a context on as it came, unless it is an invalid one and spans are exported. */
  static void passUnrecorded(Headers from, Headers to) {
    byte[] value = TraceContext.value(from);
    if (sink == null || TraceContext.isValid(value)) {
      pass(value, from, to);
    }
  }

  private static void pass(byte[] traceparent, Headers from, Headers to) {
    if (traceparent.length > 0 && traceparent.length <= TraceState.MAX_BYTES) {
      to.add(TraceContext.TRACEPARENT, traceparent);
    }
    passState(from, to);
  }

  static void passState(Headers from, Headers to) {
    Header header = from.lastHeader(TraceState.NAME);
    if (header != null && header.value() != null) {
      byte[] state = TraceState.bounded(header.value());
      if (state.length > 0) {
        to.add(TraceState.NAME, state);
      }
    }
  }

  /**
   * Replaces the context of the span that would send a record by that of the one that made it: the
   * record is stored first, and {@link #stored} before it is sent.
   */
  public static void store(Headers made) {
    if (made.lastHeader(TraceContext.TRACEPARENT) instanceof SendHeader header) {
      replace(made, header.parent().toString().getBytes(StandardCharsets.US_ASCII));
    }
  }

  /**
   * Continues the trace of a record that was stored, and is sent now.
   *
   * @param made its headers, which are changed
   * @param cause the headers of what made it be sent: the record has a link to it
   * @param name tells it from others that were made of the same record
   */
  public static void stored(Headers made, @Nullable Headers cause, String name) {
    sampled(made)
        .ifPresent(process -> {
          List<TraceContext> links = new ArrayList<>(List.of(process));
          sampled(cause).filter(it -> !it.equals(process)).ifPresent(links::add);
          made.remove(TraceContext.TRACEPARENT);
          made.add(new SendHeader(process.child("send/" + name), process, links, now()));
        });
  }

  private static void replace(Headers headers, byte[] traceparent) {
    headers.remove(TraceContext.TRACEPARENT);
    headers.add(TraceContext.TRACEPARENT, traceparent);
  }

  /** A consumed record, if it is part of a recorded trace and spans are exported. */
  public static Optional<TracedRecord> record(ConsumerRecord<byte[], byte[]> record) {
    return sampled(record.headers()).map(it -> TracedRecord.of(it, record));
  }

  /**
   * A service has processed a record.
   *
   * @param record the record
   * @param startNanos when it began, nanoseconds since 1970
   * @param failure why it could not, if so
   */
  public static void processed(
      String service, TracedRecord record, long startNanos, Optional<TraceSpan.Failure> failure) {
    processed(service, record, startNanos, failure, Optional.empty(), Map.of());
  }

  /**
   * The same for a step of a trainer.
   *
   * @param step the span of the step
   * @param more attributes
   */
  static void processed(
      String service,
      TracedRecord record,
      long startNanos,
      Optional<TraceSpan.Failure> failure,
      Optional<TraceContext> step,
      Map<String, Object> more) {
    Map<String, Object> attributes = operation("process", "process");
    record.describe(attributes);
    List<TraceContext> links = new ArrayList<>(List.of(record.context()));
    Polls.describeLast(service, attributes);
    if (step.isEmpty()) {
      Polls.last(service, record.topic()).ifPresent(links::add);
    }
    step.ifPresent(links::add);
    attributes.putAll(more);
    export(
        new TraceSpan(
            "process " + record.topic(),
            TraceSpan.Kind.CONSUMER,
            record.processing(service),
            Optional.of(record.context()),
            links,
            startNanos,
            now(),
            attributes,
            failure));
  }

  /**
   * A part of what a service does with a record.
   *
   * @param name of the part and what it is done to, such as {@code decode images}
   * @param version the version of a model that does it, if one does: it is linked
   */
  public static void part(
      String service,
      TracedRecord record,
      String name,
      long startNanos,
      long endNanos,
      Optional<TracedVersion> version) {
    TraceContext process = record.processing(service);
    Map<String, Object> attributes = new LinkedHashMap<>();
    version.ifPresent(it -> it.describe(attributes));
    String of = version.map(it -> "/" + it.version()).orElse("");
    export(
        new TraceSpan(
            name,
            TraceSpan.Kind.INTERNAL,
            process.child(name + of),
            Optional.of(process),
            version.map(TracedVersion::context).stream().toList(),
            startNanos,
            endNanos,
            attributes));
  }

  /** Whether there is a span to export when the brokers have acknowledged a record. */
  public static boolean isToBeSent(ProducerRecord<byte[], byte[]> record) {
    return sink != null
        && record.headers().lastHeader(TraceContext.TRACEPARENT) instanceof SendHeader;
  }

  /** Takes records that were committed. */
  public static void sent(Collection<ProducerRecord<byte[], byte[]>> records) {
    if (sink != null) {
      for (ProducerRecord<byte[], byte[]> record : records) {
        sent(record, "", null);
      }
    }
  }

  /**
   * Takes a record that the brokers have acknowledged.
   *
   * @param client the producer's {@code client.id}
   * @param at where it lies, if that is known
   */
  public static void sent(
      ProducerRecord<byte[], byte[]> record, String client, @Nullable RecordMetadata at) {
    if (sink != null
        && record.headers().lastHeader(TraceContext.TRACEPARENT) instanceof SendHeader header) {
      exportSend(record, client, at, header);
    }
  }

  static void exportSend(
      ProducerRecord<byte[], byte[]> record,
      String client,
      @Nullable RecordMetadata at,
      SendHeader header) {
    Map<String, Object> attributes = operation("send", "send");
    attributes.put(DESTINATION, record.topic());
    putText(attributes, CLIENT, client);
    TracedRecord.putKey(attributes, TracedRecord.text(record.key()));
    if ((byte @Nullable []) record.value() == null) {
      attributes.put("messaging.kafka.message.tombstone", true);
    }
    if (at != null) {
      attributes.put("messaging.destination.partition.id", Integer.toString(at.partition()));
      if (at.hasOffset()) {
        attributes.put("messaging.kafka.offset", at.offset());
      }
    }
    export(
        new TraceSpan(
            "send " + record.topic(),
            TraceSpan.Kind.PRODUCER,
            header.context(),
            Optional.of(header.parent()),
            header.links(),
            header.madeNanos(),
            now(),
            attributes));
  }

  /**
   * Takes a judgement.
   *
   * @param last the headers of the record that made it possible: the label, or the prediction if it
   *     came later
   * @param other the context of the other one, if that is traced
   */
  public static void judged(
      @Nullable Headers last, Optional<TraceContext> other, String model, long version) {
    sampled(last)
        .ifPresent(parent -> {
          long now = now();
          String of = other.map(TraceContext::spanId).orElse("");
          export(
              new TraceSpan(
                  "judge " + model,
                  TraceSpan.Kind.INTERNAL,
                  parent.child("judge/" + model + "/" + version + "/" + of),
                  Optional.of(parent),
                  other.stream().toList(),
                  now,
                  now,
                  Map.of("millrace.model", model, "millrace.version", version)));
        });
  }

  /** Does something for a record: what is measured meanwhile is an example of its trace. */
  public static void during(TraceContext context, Runnable work) {
    try {
      during(
          context,
          () -> {
            work.run();
            return true;
          });
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a Runnable throws no other exception", e);
    }
  }

  /** Likewise, with a result. */
  public static <T> T during(TraceContext context, Callable<T> work) throws Exception {
    TraceContext before = CURRENT.get();
    CURRENT.set(context);
    try {
      return work.call();
    } finally {
      if (before == null) {
        CURRENT.remove();
      } else {
        CURRENT.set(before);
      }
    }
  }

  /** The same where there may be no context. */
  public static void during(Optional<TraceContext> context, Runnable work) {
    if (context.isPresent()) {
      during(context.get(), work);
    } else {
      work.run();
    }
  }

  /** The context of the record for which this thread does something; null if there is none. */
  public static @Nullable TraceContext current() {
    return CURRENT.get();
  }

  /** The headers of an internal record for which this thread does what it does; often none. */
  public static Headers currentHeaders() {
    var headers = new RecordHeaders();
    TraceContext current = current();
    if (current != null) {
      headers.add(TraceContext.TRACEPARENT, current.toString().getBytes(StandardCharsets.US_ASCII));
    }
    return headers;
  }

  /** The context of a record of a trace that is recorded, if spans are exported. */
  public static Optional<TraceContext> sampled(@Nullable Headers headers) {
    if (sink == null || headers == null) {
      return Optional.empty();
    }
    if (headers.lastHeader(TraceContext.TRACEPARENT) instanceof SendHeader header) {
      return Optional.of(header.context());
    }
    return TraceContext.isSampled(TraceContext.value(headers))
        ? TraceContext.of(headers)
        : Optional.empty();
  }

  /** Passes a recorded trace on as it is, to a record on an internal topic. */
  public static void pass(Headers from, Headers to) {
    sampled(from).ifPresent(it -> replace(to, TraceContext.value(from)));
  }

  static Map<String, Object> operation(String name, String type) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put(SYSTEM, KAFKA);
    attributes.put(OPERATION, name);
    attributes.put(OPERATION_TYPE, type);
    return attributes;
  }

  static void putText(Map<String, Object> attributes, String name, String value) {
    if (!value.isEmpty()) {
      attributes.put(name, value);
    }
  }
}
