package io.millrace.tests.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.records.TraceContext;
import io.millrace.runtime.testing.KafkaTestClient;
import io.millrace.runtime.testing.SampleImages;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.runtime.tracing.SpanCollector;
import io.millrace.topics.Topic;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Images are followed by their traces from a request through all services. */
@ExtendWith(SharedMillrace.Extension.class)
final class TracesTest {

  private static final TraceContext IMAGE = TraceContext.root("the image's sender");
  private static final TraceContext LABEL = TraceContext.root("the label's sender");

  private final Topic<?, ?> images = KafkaTestClient.TOPICS.images();
  private final Topic<?, ?> labels = KafkaTestClient.TOPICS.labels();

  @Test
  void fromItsRequestToItsAnswerItsExampleTheVersionAndTheJudgement(SharedMillrace up) {
    KafkaTestClient client = up.client();
    up.post("/v1/images/traced", SampleImages.png(7), "traceparent", IMAGE.toString());
    client.awaitPredictions(List.of("image/traced"));
    String label =
        "{\"subject\": \"image/traced\", \"label\": \"%s\"}".formatted(SampleImages.label(7));
    up.post("/v1/labels", label.getBytes(UTF_8), "traceparent", LABEL.toString());

    TraceContext image = context(client, images, "traced");
    TraceContext labelled = context(client, labels, "traced");
    TestKafka.await("a judgement", () -> find(up, "judge vision", labelled).isPresent());
    TraceContext prediction = context(client, KafkaTestClient.TOPICS.predictions(), "image/traced");
    TraceContext example = context(client, KafkaTestClient.TOPICS.imageExamples(), "image/traced");
    TestKafka.await("a version", () -> linked(up, "learn vision", example).isPresent());
    TestKafka.await("a sent answer", () -> named(up, "send predictions", prediction).isPresent());
    TestKafka.await(
        "an example that was learned", () -> learned(up, "process image-examples").isPresent());

    Span request = find(up, "POST /v1/images/{id}", IMAGE).orElseThrow();
    assertThat(request.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
    Span sent = named(up, "send images", image).orElseThrow();
    assertThat(sent.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_PRODUCER);
    assertThat(parentId(sent)).isEqualTo(spanId(request));
    assertThat(find(up, "POST /v1/labels", LABEL)).isPresent();
    for (TraceContext each : List.of(image, prediction, example)) {
      assertThat(each.traceId()).isEqualTo(IMAGE.traceId());
    }
    Span polled = linked(up, "poll images", image).orElseThrow();
    assertThat(polled.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
    assertThat(attribute(polled, "messaging.client.id")).isNotEmpty();
    Span answered = named(up, "send predictions", prediction).orElseThrow();
    assertThat(span(up, parentId(answered)).getName()).isEqualTo("process images");
    Span exemplified = named(up, "send image-examples", example).orElseThrow();
    assertThat(attribute(exemplified, "messaging.client.id")).isNotEmpty();
    assertThat(span(up, parentId(exemplified)).getName()).isEqualTo("process images");
    assertThat(parentId(exemplified)).isNotEqualTo(parentId(answered));
    assertThat(linked(up, "judge vision", prediction).map(TracesTest::parentId))
        .contains(labelled.spanId());
  }

  /** Why did this record get this answer: from the answer to the examples behind it. */
  @Test
  void fromAnAnswerToTheStepThatMadeItsVersion(SharedMillrace up) {
    TraceContext sender = TraceContext.root("another image's sender");
    up.post("/v1/images/asked", SampleImages.png(3), "traceparent", sender.toString());
    up.client().awaitPredictions(List.of("image/asked"));
    TestKafka.await("a score", () -> scored(up, sender).isPresent());

    Span score = scored(up, sender).orElseThrow();
    String version = SpanCollector.hex(score.getLinks(0).getSpanId());
    TestKafka.await(
        "its version",
        () -> up.spans().spans().stream().anyMatch(it -> spanId(it).equals(version)));
    Span sent = span(up, version);
    assertThat(sent.getName()).isEqualTo("send models");
    assertThat(attribute(sent, "millrace.version")).isEqualTo(attribute(score, "millrace.version"));
    Span step = span(up, SpanCollector.hex(sent.getLinks(0).getSpanId()));
    assertThat(step.getName()).isEqualTo("learn vision");
  }

  private static Optional<Span> scored(SharedMillrace up, TraceContext sender) {
    return up.spans().spans().stream()
        .filter(it -> it.getName().equals("score vision"))
        .filter(it -> SpanCollector.hex(it.getTraceId()).equals(sender.traceId()))
        .findFirst();
  }

  /** The span of an example that a trainer has taken into a step. */
  private static Optional<Span> learned(SharedMillrace up, String name) {
    return up.spans().spans().stream()
        .filter(it -> it.getName().equals(name) && !attribute(it, "millrace.version").isEmpty())
        .findFirst();
  }

  private static Span span(SharedMillrace up, String id) {
    return up.spans().spans().stream()
        .filter(it -> spanId(it).equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static String attribute(Span span, String name) {
    return span.getAttributesList().stream()
        .filter(it -> it.getKey().equals(name))
        .map(it ->
            it.getValue().hasIntValue()
                ? Long.toString(it.getValue().getIntValue())
                : it.getValue().getStringValue())
        .findFirst()
        .orElse("");
  }

  private static TraceContext context(KafkaTestClient client, Topic<?, ?> topic, String key) {
    return client.read(topic).stream()
        .filter(it -> it.key() != null && new String(it.key(), UTF_8).equals(key))
        .map(ConsumerRecord::headers)
        .map(it -> TraceContext.of(it).orElseThrow())
        .findFirst()
        .orElseThrow();
  }

  /** The span of a name below another. */
  private static Optional<Span> find(SharedMillrace up, String name, TraceContext parent) {
    return up.spans().spans().stream()
        .filter(it -> it.getName().equals(name) && parentId(it).equals(parent.spanId()))
        .findFirst();
  }

  /** The span of a name with these ids. */
  private static Optional<Span> named(SharedMillrace up, String name, TraceContext own) {
    return up.spans().spans().stream()
        .filter(it -> it.getName().equals(name) && spanId(it).equals(own.spanId()))
        .findFirst();
  }

  /** The span of a name that is linked to another. */
  private static Optional<Span> linked(SharedMillrace up, String name, TraceContext other) {
    return up.spans().spans().stream()
        .filter(it -> it.getName().equals(name))
        .filter(it ->
            it.getLinksList().stream()
                .anyMatch(link -> SpanCollector.hex(link.getSpanId()).equals(other.spanId())))
        .findFirst();
  }

  private static String spanId(Span span) {
    return SpanCollector.hex(span.getSpanId());
  }

  private static String parentId(Span span) {
    return SpanCollector.hex(span.getParentSpanId());
  }
}
