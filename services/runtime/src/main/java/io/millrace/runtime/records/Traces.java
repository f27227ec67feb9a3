package io.millrace.runtime.records;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Continues the traces of inputs in what is made of them. Unless the process exports spans, {@code
 * traceparent} and {@code tracestate} are passed on as they came, and nothing else is done. If it
 * does, each record that is part of a recorded trace gets spans:
 *
 * <ol>
 *   <li>{@code receive TOPIC}: a poll that brought it, linked to all such records of the poll.
 *   <li>{@code process TOPIC}, below the record's own context: from the poll to the record that was
 *       made of it, which goes on with the context of this span.
 *   <li>{@code send TOPIC}, below that: from the poll to the commit of the record that was made.
 *   <li>{@code POST /v1/images/{id}}, below the context of a request that sends a record, and below
 *       that {@code send images}, with whose context the record goes on.
 *   <li>{@code publish MODEL}, in a trace of its own: a step, linked to the examples that it
 *       learned from.
 *   <li>{@code judge MODEL}, below a label's context, linked to the prediction that it judged; the
 *       other way round if the prediction came later.
 * </ol>
 *
 * <p>Ids of spans follow from what they are spans of. Safe for several threads.
 */
public final class Traces {

  /** The most links of a span: the default limit of OpenTelemetry's SDK. */
  public static final int MAX_LINKS = 128;

  static final String TRACESTATE = "tracestate";

  /** What W3C's Trace Context asks carriers to pass on at least (section 3.3.1.5). */
  private static final int MAX_BYTES = 512;

  private static final long NANOS = 1_000_000_000L;

  /** The id of an event that begins with the coordinates of its cause. */
  private static final Pattern COORDINATES = Pattern.compile("(.+?)-(\\d+)-(\\d+)(?:[/-].*)?");

  private static final Map<String, Long> POLLED = new ConcurrentHashMap<>();
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
    }
  }

  /** Whether anybody takes spans. */
  public static boolean areExported() {
    return sink != null;
  }

  /** Now, in nanoseconds since 1970. */
  public static long now() {
    Instant now = Instant.now();
    return now.getEpochSecond() * NANOS + now.getNano();
  }

  /**
   * Takes a poll of a service.
   *
   * @param group the consumer group
   */
  public static void polled(
      String service, String group, Iterable<ConsumerRecord<byte[], byte[]>> records) {
    Consumer<TraceSpan> exporter = sink;
    if (exporter == null) {
      return;
    }
    long now = now();
    POLLED.put(service, now);
    Map<String, Poll> polls = new LinkedHashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      sampled(record.headers())
          .ifPresent(
              context -> polls.computeIfAbsent(record.topic(), _ -> new Poll(record)).add(context));
    }
    polls.forEach((topic, poll) ->
        exporter.accept(
            new TraceSpan(
                "receive " + topic,
                TraceSpan.Kind.CONSUMER,
                TraceContext.root("receive/" + group + "/" + poll.first),
                Optional.empty(),
                poll.links,
                now,
                now,
                Map.of(
                    "messaging.system",
                    "kafka",
                    "messaging.operation.name",
                    "poll",
                    "messaging.operation.type",
                    "receive",
                    "messaging.destination.name",
                    topic,
                    "messaging.consumer.group.name",
                    group,
                    "messaging.batch.message_count",
                    (long) poll.count))));
  }

  /** The traced records of a topic in a poll. */
  private static final class Poll {
    final String first;
    final List<TraceContext> links = new ArrayList<>();
    int count;

    Poll(ConsumerRecord<byte[], byte[]> record) {
      first = record.topic() + "-" + record.partition() + "-" + record.offset();
    }

    void add(TraceContext context) {
      count++;
      if (links.size() < MAX_LINKS) {
        links.add(context);
      }
    }
  }

  /**
   * Continues the trace of a record in the headers of one that was made of it.
   *
   * @param service who made it
   * @param type the event's type
   * @param id the event's id
   */
  static void carry(Headers cause, Headers made, String service, String type, String id) {
    Consumer<TraceSpan> exporter = sink;
    Optional<TraceContext> parent = exporter == null ? Optional.empty() : sampled(cause);
    if (exporter == null || parent.isEmpty()) {
      copy(TraceContext.TRACEPARENT, cause, made);
      copy(TRACESTATE, cause, made);
      return;
    }
    TraceContext own = parent.get().child(service + "/" + type + "/" + id);
    made.add(TraceContext.TRACEPARENT, own.toString().getBytes(StandardCharsets.US_ASCII));
    copy(TRACESTATE, cause, made);
    Map<String, Object> attributes = new LinkedHashMap<>();
    attributes.put("messaging.system", "kafka");
    attributes.put("messaging.operation.name", "process");
    attributes.put("messaging.operation.type", "process");
    attributes.put("cloudevents.event_id", id);
    attributes.put("cloudevents.event_type", type);
    attributes.put("cloudevents.event_source", "/millrace/" + service);
    String what = type;
    Matcher coordinates = COORDINATES.matcher(id);
    if (coordinates.matches()) {
      what = coordinates.group(1);
      attributes.put("messaging.destination.name", what);
      attributes.put("messaging.destination.partition.id", coordinates.group(2));
      attributes.put("messaging.kafka.offset", Long.parseLong(coordinates.group(3)));
    }
    long now = now();
    exporter.accept(
        new TraceSpan(
            "process " + what,
            TraceSpan.Kind.CONSUMER,
            own,
            parent,
            List.of(),
            POLLED.getOrDefault(service, now),
            now,
            attributes));
  }

  /**
   * An HTTP request that sends records, each of which goes on with its trace.
   *
   * @param headers of the request that name its trace
   * @param method of the request
   * @param route its path, without what a client has chosen
   */
  public static Request request(Headers headers, String method, String route) {
    return new Request(headers, method, route);
  }

  /** The trace of an HTTP request. For one thread, but for what {@link #send} returns. */
  public static final class Request {

    private final Headers headers;
    private final String name;
    private final Map<String, Object> attributes;
    private final long began = now();
    private final Optional<TraceContext> parent;

    /** Its ids are drawn at random: a client may repeat a request with the same context. */
    private final Optional<TraceContext> server;

    private final AtomicBoolean hasSpan = new AtomicBoolean();
    private int records;

    private Request(Headers headers, String method, String route) {
      this.headers = headers;
      this.name = method + " " + route;
      this.attributes = Map.of("http.request.method", method, "http.route", route);
      this.parent = sampled(headers);
      this.server = parent.map(it -> it.child("request/" + UUID.randomUUID()));
    }

    /**
     * Continues the trace in the headers of a record.
     *
     * @param made the record's headers
     * @param topic of the record
     * @return to be run when the brokers have acknowledged the record
     */
    public Runnable send(Headers made, String topic) {
      copy(TRACESTATE, headers, made);
      if (server.isEmpty()) {
        copy(TraceContext.TRACEPARENT, headers, made);
        return () -> {};
      }
      TraceContext send = server.get().child("send/" + topic + "/" + records++);
      made.add(TraceContext.TRACEPARENT, send.toString().getBytes(StandardCharsets.US_ASCII));
      return () -> acknowledged(send, topic);
    }

    /** The request has one span, however many records it sends. */
    private void acknowledged(TraceContext send, String topic) {
      Consumer<TraceSpan> exporter = sink;
      if (exporter == null) {
        return;
      }
      if (hasSpan.compareAndSet(false, true)) {
        exporter.accept(
            new TraceSpan(
                name,
                TraceSpan.Kind.SERVER,
                server.orElseThrow(),
                parent,
                List.of(),
                began,
                now(),
                attributes));
      }
      exporter.accept(
          new TraceSpan(
              "send " + topic,
              TraceSpan.Kind.PRODUCER,
              send,
              server,
              List.of(),
              began,
              now(),
              Map.of(
                  "messaging.system", "kafka",
                  "messaging.operation.name", "send",
                  "messaging.operation.type", "send",
                  "messaging.destination.name", topic)));
    }
  }

  private static void copy(String name, Headers from, Headers to) {
    Header header = from.lastHeader(name);
    if (header != null && header.value() != null && header.value().length <= MAX_BYTES) {
      to.add(name, header.value());
    }
  }

  /**
   * Takes records that were committed.
   *
   * @param took since their inputs were polled
   */
  public static void sent(Collection<ProducerRecord<byte[], byte[]>> records, Duration took) {
    Consumer<TraceSpan> exporter = sink;
    if (exporter == null) {
      return;
    }
    long now = now();
    for (ProducerRecord<byte[], byte[]> record : records) {
      sampled(record.headers())
          .ifPresent(parent ->
              exporter.accept(
                  new TraceSpan(
                      "send " + record.topic(),
                      TraceSpan.Kind.PRODUCER,
                      parent.child("send/" + record.topic()),
                      Optional.of(parent),
                      List.of(),
                      now - took.toNanos(),
                      now,
                      Map.of(
                          "messaging.system", "kafka",
                          "messaging.operation.name", "send",
                          "messaging.operation.type", "send",
                          "messaging.destination.name", record.topic()))));
    }
  }

  /**
   * Takes a step that was committed.
   *
   * @param examples the contexts of the traced examples that it learned from, at most {@link
   *     #MAX_LINKS}; without any there is no span
   * @param took from its first record to its commit
   */
  public static void published(
      String model, long version, List<TraceContext> examples, Duration took) {
    Consumer<TraceSpan> exporter = sink;
    if (exporter != null && !examples.isEmpty()) {
      long now = now();
      exporter.accept(
          new TraceSpan(
              "publish " + model,
              TraceSpan.Kind.INTERNAL,
              TraceContext.root("publish/" + examples.getFirst() + "/" + model + "/" + version),
              Optional.empty(),
              examples,
              now - took.toNanos(),
              now,
              Map.of("millrace.model", model, "millrace.version", version)));
    }
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
    Consumer<TraceSpan> exporter = sink;
    Optional<TraceContext> parent = sampled(last);
    if (exporter != null && parent.isPresent()) {
      long now = now();
      exporter.accept(
          new TraceSpan(
              "judge " + model,
              TraceSpan.Kind.INTERNAL,
              parent.get().child("judge/" + model + "/" + version),
              parent,
              other.stream().toList(),
              now,
              now,
              Map.of("millrace.model", model, "millrace.version", version)));
    }
  }

  /** Does something for a record: what is measured meanwhile is an example of its trace. */
  public static void during(TraceContext context, Runnable work) {
    CURRENT.set(context);
    try {
      work.run();
    } finally {
      CURRENT.remove();
    }
  }

  /** The context of the record for which this thread does something; null if there is none. */
  public static @Nullable TraceContext current() {
    return CURRENT.get();
  }

  /** The context of a record of a trace that is recorded, if spans are exported. */
  public static Optional<TraceContext> sampled(@Nullable Headers headers) {
    return sink == null
        ? Optional.empty()
        : TraceContext.of(headers).filter(TraceContext::isSampled);
  }

  /** Passes a recorded trace on as it is, to a record on an internal topic. */
  public static void pass(Headers from, Headers to) {
    if (sampled(from).isPresent()) {
      copy(TraceContext.TRACEPARENT, from, to);
    }
  }
}
