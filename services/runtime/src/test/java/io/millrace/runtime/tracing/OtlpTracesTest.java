package io.millrace.runtime.tracing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.records.TraceContext;
import io.millrace.runtime.records.Traces;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.settings.TraceSettings;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Spans from the records to a collector. The exporter is the process's: one test at a time. */
@Execution(ExecutionMode.SAME_THREAD)
final class OtlpTracesTest {

  private static final TraceContext SENDER =
      new TraceContext("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", 1);

  private final SpanCollector collector = new SpanCollector();

  @AfterEach
  void close() {
    collector.close();
  }

  @Test
  void withoutACollectorATraceIsPassedOnAsItCame() {
    Headers made = made(headers(SENDER));

    assertThat(EventHeaders.text(made, "traceparent")).contains(SENDER.toString());
    assertThat(EventHeaders.text(made, "tracestate")).contains("vendor=1");
    assertThat(settings(Map.of())).isEmpty();
  }

  @Test
  void aRecordIsFollowedFromItsPollToTheVersionThatLearnedFromIt() {
    OtlpTraces traces =
        OtlpTraces.start(
                settings(
                    Map.of(
                        "otel.exporter.otlp.endpoint",
                        collector.endpoint(),
                        "otel.exporter.otlp.headers",
                        "api-key=secret")),
                "millrace-scoring")
            .orElseThrow();
    var image = new ConsumerRecord<byte[], byte[]>("images", 2, 17, null, new byte[0]);
    headers(SENDER).forEach(image.headers()::add);

    Traces.polled("scoring", "millrace-scoring", List.of(image));
    Headers made = made(image.headers());
    Headers again = made(image.headers());
    TraceContext process = TraceContext.of(made).orElseThrow();
    Traces.sent(
        List.of(new ProducerRecord<>("predictions", null, (byte[]) null, new byte[0], made)),
        Duration.ofMillis(5));
    Traces.published("vision", 3, List.of(process), Duration.ofMillis(7));
    Traces.judged(headers(SENDER.child("label")), Optional.of(process), "vision", 3);
    traces.close();

    assertThat(again.toArray()).isEqualTo(made.toArray());
    assertThat(process.traceId()).isEqualTo(SENDER.traceId());
    Map<String, Span> spans =
        collector.spans().stream()
            .collect(Collectors.toMap(Span::getName, it -> it, (first, _) -> first));
    assertThat(spans.keySet())
        .containsExactlyInAnyOrder(
            "receive images",
            "process images",
            "send predictions",
            "publish vision",
            "judge vision");
    Span processed = spans.get("process images");
    assertThat(SpanCollector.hex(processed.getTraceId())).isEqualTo(SENDER.traceId());
    assertThat(SpanCollector.hex(processed.getParentSpanId())).isEqualTo(SENDER.spanId());
    assertThat(SpanCollector.hex(processed.getSpanId())).isEqualTo(process.spanId());
    assertThat(processed.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CONSUMER);
    assertThat(attributes(processed))
        .containsEntry("messaging.system", "kafka")
        .containsEntry("messaging.operation.type", "process")
        .containsEntry("messaging.destination.name", "images")
        .containsEntry("messaging.destination.partition.id", "2")
        .containsEntry("messaging.kafka.offset", "17")
        .containsEntry("cloudevents.event_id", "images-2-17/prediction");
    assertThat(attributes(spans.get("receive images")))
        .containsEntry("messaging.batch.message_count", "1")
        .containsEntry("messaging.consumer.group.name", "millrace-scoring");
    assertThat(links(spans.get("receive images"))).containsExactly(SENDER.spanId());
    assertThat(SpanCollector.hex(spans.get("send predictions").getParentSpanId()))
        .isEqualTo(process.spanId());
    assertThat(links(spans.get("publish vision"))).containsExactly(process.spanId());
    assertThat(attributes(spans.get("publish vision"))).containsEntry("millrace.version", "3");
    assertThat(links(spans.get("judge vision"))).containsExactly(process.spanId());
    assertThat(collector.apiKeys()).contains("secret");
  }

  @Test
  void whatIsNotRecordedHasNoSpans() {
    OtlpTraces traces =
        OtlpTraces.start(
                settings(Map.of("otel.exporter.otlp.endpoint", collector.endpoint())),
                "millrace-scoring")
            .orElseThrow();
    var unrecorded = new TraceContext(SENDER.traceId(), SENDER.spanId(), 0);

    Headers made = made(headers(unrecorded));
    Headers invalid = made(new RecordHeaders().add("traceparent", "00-1-2-01".getBytes(UTF_8)));
    Headers none = made(new RecordHeaders());
    Traces.published("vision", 1, List.of(), Duration.ZERO);
    traces.close();

    assertThat(EventHeaders.text(made, "traceparent")).contains(unrecorded.toString());
    assertThat(EventHeaders.text(invalid, "traceparent")).contains("00-1-2-01");
    assertThat(none.lastHeader("traceparent")).isNull();
    assertThat(collector.spans()).isEmpty();
  }

  @Test
  void aCollectorThatIsGoneDelaysNothing() {
    collector.close();
    OtlpTraces traces =
        OtlpTraces.start(
                settings(Map.of("otel.exporter.otlp.endpoint", collector.endpoint())),
                "millrace-scoring")
            .orElseThrow();

    Headers made = made(headers(SENDER));
    traces.close();

    assertThat(TraceContext.of(made)).isPresent();
    assertThat(Traces.areExported()).isFalse();
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
        .collect(
            Collectors.toMap(
                KeyValue::getKey,
                it ->
                    it.getValue().hasIntValue()
                        ? Long.toString(it.getValue().getIntValue())
                        : it.getValue().getStringValue()));
  }

  private static List<String> links(Span span) {
    return span.getLinksList().stream().map(it -> SpanCollector.hex(it.getSpanId())).toList();
  }
}
