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

/** One image is followed by its trace from a request through all services. */
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
    TestKafka.await("a version", () -> linked(up, "publish vision", example).isPresent());
    TestKafka.await("a sent answer", () -> find(up, "send predictions", prediction).isPresent());

    Span request = find(up, "POST /v1/images/{id}", IMAGE).orElseThrow();
    assertThat(request.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
    Span sent = named(up, "send images", image).orElseThrow();
    assertThat(parentId(sent)).isEqualTo(spanId(request));
    assertThat(find(up, "POST /v1/labels", LABEL)).isPresent();
    assertThat(find(up, "process images", image).map(TracesTest::spanId)).isPresent();
    assertThat(image.traceId()).isEqualTo(IMAGE.traceId());
    assertThat(prediction.traceId()).isEqualTo(IMAGE.traceId());
    assertThat(example.traceId()).isEqualTo(IMAGE.traceId());
    assertThat(example.spanId()).isNotEqualTo(prediction.spanId());
    assertThat(linked(up, "receive images", image)).isPresent();
    assertThat(linked(up, "judge vision", prediction).map(TracesTest::parentId))
        .contains(labelled.spanId());
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
