package io.millrace.runtime.tracing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.records.Polls;
import io.millrace.runtime.records.RequestTrace;
import io.millrace.runtime.records.StepSpans;
import io.millrace.runtime.records.TraceContext;
import io.millrace.runtime.records.TraceSpan;
import io.millrace.runtime.records.TracedRecord;
import io.millrace.runtime.records.TracedVersion;
import io.millrace.runtime.records.Traces;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.settings.TraceSettings;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.slf4j.LoggerFactory;

/** Spans from the records to a collector. The exporter is the process's: one test at a time. */
@Execution(ExecutionMode.SAME_THREAD)
final class OtlpTracesTest {

  private static final TraceContext SENDER =
      new TraceContext("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", 1);

  private static final TracedVersion VERSION = new TracedVersion("vision", 3, "ab12");

  private final SpanCollector collector = new SpanCollector();
  private final ConsumerRecord<byte[], byte[]> image =
      new ConsumerRecord<>("images", 2, 17, "seven".getBytes(UTF_8), new byte[0]);

  @AfterEach
  void close() {
    collector.close();
  }

  @Test
  void whatAClientHasWrittenTakesLittleOfTheQueue() {
    OtlpTraces traces = start("otel.exporter.otlp.headers", "api-key=secret");
    String path = "/" + "x".repeat(5_000);
    RequestTrace.of(List.of(SENDER.toString()), List.of())
        .answered(new RequestTrace.Exchange(path, "http", path, "", path, 80, 404));
    headers(SENDER).forEach(image.headers()::add);
    Traces.processed(
        "scoring",
        Traces.record(image).orElseThrow(),
        1,
        Optional.of(TraceSpan.Failure.unusable(path)));
    traces.close();

    Map<String, Span> spans = byName();
    assertThat(attributes(spans.get("HTTP")))
        .containsEntry("url.path", path.substring(0, 256))
        .allSatisfy((_, value) -> assertThat(value).hasSizeLessThanOrEqualTo(256));
    assertThat(spans.get("process images").getStatus().getMessage())
        .isEqualTo(path.substring(0, 1024));
  }

  @Test
  void withoutACollectorATraceIsPassedOnAsItCame() {
    Headers made = made(headers(SENDER));

    assertThat(EventHeaders.text(made, "traceparent")).contains(SENDER.toString());
    assertThat(EventHeaders.text(made, "tracestate")).contains("vendor=1");
    assertThat(settings(Map.of())).isEmpty();
  }

  @Test
  void aRecordIsFollowedFromItsPollToItsAnswer() {
    OtlpTraces traces = start("otel.exporter.otlp.headers", "api-key=secret");
    headers(SENDER).forEach(image.headers()::add);
    var untraced = new ConsumerRecord<byte[], byte[]>("images", 2, 18, null, new byte[0]);

    Polls.polled("scoring", "millrace-scoring", "client-1", List.of(image, untraced));
    TracedRecord record = Traces.record(image).orElseThrow();
    Traces.part("scoring", record, "decode images", 1, 2, Optional.empty());
    Traces.part("scoring", record, "score vision", 2, 3, Optional.of(VERSION));
    Headers made = made(image.headers());
    Headers again = made(image.headers());
    Traces.processed("scoring", record, 1, Optional.empty());
    Traces.sent(
        List.of(
            new ProducerRecord<>(
                "predictions", null, "image/7".getBytes(UTF_8), new byte[0], made)));
    traces.close();

    TraceContext answer = TraceContext.of(made).orElseThrow();
    assertThat(TraceContext.of(again)).contains(answer);
    Map<String, Span> spans = byName();
    assertThat(spans.keySet())
        .containsExactlyInAnyOrder(
            "poll images", "process images", "decode images", "score vision", "send predictions");
    Span poll = spans.get("poll images");
    assertThat(poll.getKind()).isEqualTo(SpanKind.SPAN_KIND_CLIENT);
    assertThat(attributes(poll))
        .containsOnly(
            Map.entry("messaging.system", "kafka"),
            Map.entry("messaging.operation.name", "poll"),
            Map.entry("messaging.operation.type", "receive"),
            Map.entry("messaging.destination.name", "images"),
            Map.entry("messaging.consumer.group.name", "millrace-scoring"),
            Map.entry("messaging.client.id", "client-1"),
            Map.entry("messaging.batch.message_count", "2"));
    assertThat(links(poll)).containsExactly(SENDER.spanId());
    Span process = spans.get("process images");
    assertThat(process.getKind()).isEqualTo(SpanKind.SPAN_KIND_CONSUMER);
    assertThat(SpanCollector.hex(process.getTraceId())).isEqualTo(SENDER.traceId());
    assertThat(SpanCollector.hex(process.getParentSpanId())).isEqualTo(SENDER.spanId());
    assertThat(links(process)).containsExactly(SENDER.spanId(), id(poll));
    assertThat(process.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
    assertThat(attributes(process))
        .containsOnly(
            Map.entry("messaging.system", "kafka"),
            Map.entry("messaging.operation.name", "process"),
            Map.entry("messaging.operation.type", "process"),
            Map.entry("messaging.destination.name", "images"),
            Map.entry("messaging.destination.partition.id", "2"),
            Map.entry("messaging.kafka.offset", "17"),
            Map.entry("messaging.kafka.message.key", "seven"),
            Map.entry("messaging.consumer.group.name", "millrace-scoring"),
            Map.entry("messaging.client.id", "client-1"));
    assertThat(parent(spans.get("decode images"))).isEqualTo(id(process));
    Span score = spans.get("score vision");
    assertThat(parent(score)).isEqualTo(id(process));
    assertThat(links(score)).containsExactly(VERSION.context().spanId());
    assertThat(attributes(score))
        .containsEntry("millrace.model", "vision")
        .containsEntry("millrace.version", "3");
    Span send = spans.get("send predictions");
    assertThat(send.getKind()).isEqualTo(SpanKind.SPAN_KIND_PRODUCER);
    assertThat(id(send)).isEqualTo(answer.spanId());
    assertThat(parent(send)).isEqualTo(id(process));
    assertThat(attributes(send))
        .containsOnly(
            Map.entry("messaging.system", "kafka"),
            Map.entry("messaging.operation.name", "send"),
            Map.entry("messaging.operation.type", "send"),
            Map.entry("messaging.destination.name", "predictions"),
            Map.entry("messaging.kafka.message.key", "image/7"));
    assertThat(collector.apiKeys()).contains("secret");
  }

  @Test
  void aVersionIsLinkedToItsStepAndTheStepToItsExamples() {
    OtlpTraces traces = start();
    headers(SENDER).forEach(image.headers()::add);
    TracedRecord usable = Traces.record(image).orElseThrow();
    var other = new TracedRecord(SENDER.child("other"), "images", 0, 1, "", true);

    StepSpans.learned(
        "vision",
        "models",
        VERSION,
        32,
        List.of(new StepSpans.Example(usable, 1, true), new StepSpans.Example(other, 1, false)),
        7);
    traces.close();

    Span step = named("learn vision");
    assertThat(step.getKind()).isEqualTo(SpanKind.SPAN_KIND_INTERNAL);
    assertThat(parent(step)).isEmpty();
    assertThat(links(step)).containsExactly(SENDER.spanId());
    assertThat(attributes(step))
        .containsEntry("millrace.version", "3")
        .containsEntry("millrace.step.records", "32");
    Span version = named("send models");
    assertThat(version.getKind()).isEqualTo(SpanKind.SPAN_KIND_PRODUCER);
    assertThat(id(version)).isEqualTo(VERSION.context().spanId());
    assertThat(links(version)).containsExactly(id(step));
    assertThat(attributes(version))
        .containsEntry("millrace.model", "vision")
        .containsEntry("millrace.version", "3")
        .containsEntry("messaging.destination.name", "models");
    Span learned = find("process images", SENDER.spanId());
    assertThat(links(learned)).contains(id(step));
    assertThat(attributes(learned)).containsEntry("millrace.version", "3");
    Span skipped = find("process images", other.context().spanId());
    assertThat(skipped.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
    assertThat(attributes(skipped))
        .containsEntry("error.type", "unusable_record")
        .containsEntry("messaging.kafka.message.tombstone", "true");
  }

  @Test
  void aLabelIsLinkedToEachPredictionThatItJudges() {
    OtlpTraces traces = start();
    TraceContext label = SENDER.child("label");
    TraceContext first = SENDER.child("first");
    TraceContext second = SENDER.child("second");

    Traces.judged(headers(label), Optional.of(first), "vision", 3);
    Traces.judged(headers(label), Optional.of(second), "vision", 3);
    traces.close();

    assertThat(collector.spans())
        .allMatch(span -> parent(span).equals(label.spanId()))
        .extracting(OtlpTracesTest::links)
        .containsExactlyInAnyOrder(List.of(first.spanId()), List.of(second.spanId()));
    assertThat(collector.spans().stream().map(OtlpTracesTest::id).distinct()).hasSize(2);
  }

  @Test
  void aRecordThatCannotBeUsedHasAnErrorWithItsReason() {
    OtlpTraces traces = start();
    headers(SENDER).forEach(image.headers()::add);

    Traces.processed(
        "scoring",
        Traces.record(image).orElseThrow(),
        1,
        Optional.of(TraceSpan.Failure.unusable("it is no image")));
    traces.close();

    Span span = named("process images");
    assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
    assertThat(span.getStatus().getMessage()).isEqualTo("it is no image");
    assertThat(attributes(span)).containsEntry("error.type", "unusable_record");
  }

  @Test
  void aStoredRecordGoesOnBelowWhatMadeItAndIsLinkedToWhatCompletedIt() {
    OtlpTraces traces = start();
    TraceContext label = SENDER.child("label");
    Headers example = made(headers(SENDER));
    TraceContext sending = TraceContext.of(example).orElseThrow();

    Traces.store(example);
    TraceContext stored = TraceContext.of(example).orElseThrow();
    Headers read = new RecordHeaders().add("traceparent", stored.toString().getBytes(UTF_8));
    Traces.stored(read, headers(label), "example");
    Traces.sent(
        List.of(new ProducerRecord<>("image-examples", null, (byte[]) null, new byte[0], read)));
    traces.close();

    Span send = named("send image-examples");
    assertThat(stored).isNotEqualTo(sending);
    assertThat(parent(send)).isEqualTo(stored.spanId());
    assertThat(links(send)).containsExactly(stored.spanId(), label.spanId());
    assertThat(TraceContext.of(read).map(TraceContext::spanId)).contains(id(send));
  }

  @Test
  void whatIsNotRecordedHasNoSpansAndAnInvalidContextEnds() {
    OtlpTraces traces = start();
    var unrecorded = new TraceContext(SENDER.traceId(), SENDER.spanId(), 0);

    Headers made = made(headers(unrecorded));
    Headers none = made(new RecordHeaders());
    List<Headers> invalid =
        Stream.of(
                "00-1-2-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-1",
                "x".repeat(100_000))
            .map(text ->
                made(
                    new RecordHeaders()
                        .add("traceparent", text.getBytes(UTF_8))
                        .add("tracestate", "vendor=1".getBytes(UTF_8))))
            .toList();
    Polls.polled("scoring", "millrace-scoring", "client-1", List.of(image));
    traces.close();

    assertThat(EventHeaders.text(made, "traceparent")).contains(unrecorded.toString());
    assertThat(EventHeaders.text(made, "tracestate")).contains("vendor=1");
    assertThat(none.lastHeader("traceparent")).isNull();
    assertThat(invalid)
        .allMatch(
            it -> it.lastHeader("traceparent") == null && it.lastHeader("tracestate") == null);
    assertThat(collector.spans()).isEmpty();
  }

  /** Nothing listens on the port. */
  @Test
  @Timeout(30)
  void aCollectorThatIsGoneCostsSpansAndOneWarning() {
    collector.close();
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    var logger = (Logger) LoggerFactory.getLogger(CountingExporter.class);
    logger.addAppender(logged);
    var exporter = new CountingExporter(new RefusingExporter(), URI.create("http://gone"));

    exporter.export(Collections.nCopies(3, null));
    exporter.export(Collections.nCopies(4, null));
    OtlpTraces traces = start();
    Headers made = made(headers(SENDER));
    traces.close();
    logger.detachAppender(logged);

    assertThat(exporter.lost()).isEqualTo(7);
    assertThat(TraceContext.of(made)).isPresent();
    assertThat(Traces.areExported()).isFalse();
    assertThat(logged.list)
        .filteredOn(it -> it.getFormattedMessage().contains("http://gone"))
        .singleElement()
        .satisfies(
            it -> assertThat(it.getFormattedMessage()).contains("otel.exporter.otlp.endpoint"));
  }

  /** It takes the connection, and never answers. */
  @Test
  @Timeout(30)
  void aCollectorThatHangsCostsSpansBeyondTheQueueAndDelaysNothing() throws Exception {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      OtlpTraces traces =
          OtlpTraces.start(
                  settings(
                      Map.of(
                          "otel.exporter.otlp.endpoint",
                          "http://127.0.0.1:" + silent.getLocalPort())),
                  "millrace-scoring")
              .orElseThrow();
      var registry = new SimpleMeterRegistry();
      Optional<OtlpTraces> held = Optional.of(traces);
      OtlpTraces.bind(held, registry);

      int batchesOnTheirWay = 2_048;
      for (int i = 0; i < OtlpTraces.QUEUE + batchesOnTheirWay; i++) {
        Traces.judged(headers(SENDER), Optional.empty(), "vision", i);
      }

      assertThat(dropped(registry, "queue")).isPositive();
      held.get().close();
    }
  }

  @Test
  void refusesWhatIsNoAddress() {
    assertThatThrownBy(() -> settings(Map.of("otel.exporter.otlp.endpoint", "localhost:4318")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("http://localhost:4318");
    assertThatThrownBy(() ->
            settings(
                Map.of(
                    "otel.exporter.otlp.endpoint", "http://localhost:4318/",
                    "otel.exporter.otlp.headers", "secret")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("NAME=VALUE")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(
            () -> settings(Map.of("otel.exporter.otlp.endpoint", "http://u:secret@localhost:4318")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("otel.exporter.otlp.headers")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() ->
            settings(
                Map.of(
                    "otel.exporter.otlp.endpoint", "http://localhost:4318",
                    "otel.exporter.otlp.headers", "a b=secret")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("otel.exporter.otlp.headers")
        .hasMessageNotContaining("secret");
  }

  private OtlpTraces start(String... more) {
    Map<String, String> values =
        more.length == 0
            ? Map.of("otel.exporter.otlp.endpoint", collector.endpoint())
            : Map.of("otel.exporter.otlp.endpoint", collector.endpoint(), more[0], more[1]);
    return OtlpTraces.start(settings(values), "millrace-scoring").orElseThrow();
  }

  private static double dropped(SimpleMeterRegistry registry, String reason) {
    return registry.get("millrace.traces.dropped").tag("reason", reason).functionCounter().count();
  }

  private Map<String, Span> byName() {
    return collector.spans().stream().collect(Collectors.toMap(Span::getName, it -> it));
  }

  private Span named(String name) {
    return collector.spans().stream()
        .filter(it -> it.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private Span find(String name, String parent) {
    return collector.spans().stream()
        .filter(it -> it.getName().equals(name) && parent(it).equals(parent))
        .findFirst()
        .orElseThrow();
  }

  private static Optional<TraceSettings> settings(Map<String, String> values) {
    return TraceSettings.of(Settings.of(values));
  }

  private static Headers headers(TraceContext context) {
    return new RecordHeaders()
        .add("traceparent", context.toString().getBytes(UTF_8))
        .add("tracestate", "vendor=1".getBytes(UTF_8));
  }

  private static Headers made(Headers cause) {
    return EventHeaders.of(
        cause, "images-2-17/prediction", "io.millrace.prediction", "scoring", "avro", 0);
  }

  private static Map<String, String> attributes(Span span) {
    return span.getAttributesList().stream()
        .collect(Collectors.toMap(KeyValue::getKey, it -> text(it)));
  }

  private static String text(KeyValue attribute) {
    return switch (attribute.getValue().getValueCase()) {
      case INT_VALUE -> Long.toString(attribute.getValue().getIntValue());
      case BOOL_VALUE -> Boolean.toString(attribute.getValue().getBoolValue());
      default -> attribute.getValue().getStringValue();
    };
  }

  private static String id(Span span) {
    return SpanCollector.hex(span.getSpanId());
  }

  private static String parent(Span span) {
    return SpanCollector.hex(span.getParentSpanId());
  }

  private static List<String> links(Span span) {
    return span.getLinksList().stream().map(it -> SpanCollector.hex(it.getSpanId())).toList();
  }
}
