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
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One image is followed by its trace through all services. */
@ExtendWith(SharedMillrace.Extension.class)
final class TracesTest {

  private static final TraceContext IMAGE = TraceContext.root("the image's sender");
  private static final TraceContext LABEL = TraceContext.root("the label's sender");

  private final Topic<?, ?> images = KafkaTestClient.TOPICS.images();
  private final Topic<?, ?> labels = KafkaTestClient.TOPICS.labels();

  @Test
  void fromItsSenderToItsAnswerItsExampleTheVersionAndTheJudgement(SharedMillrace up) {
    KafkaTestClient client = up.client();
    client.send(traced(images, "traced", SampleImages.png(7), IMAGE));
    client.awaitPredictions(List.of("image/traced"));
    client.send(traced(labels, "image/traced", SampleImages.label(7).getBytes(UTF_8), LABEL));
    client.flush();

    TestKafka.await("a judgement", () -> find(up, "judge vision", LABEL).isPresent());
    TraceContext prediction = context(client, KafkaTestClient.TOPICS.predictions(), "image/traced");
    TraceContext example = context(client, KafkaTestClient.TOPICS.imageExamples(), "image/traced");
    TestKafka.await("a version", () -> linked(up, "publish vision", example).isPresent());
    TestKafka.await("a sent answer", () -> find(up, "send predictions", prediction).isPresent());

    assertThat(find(up, "process images", IMAGE).map(TracesTest::spanId)).isPresent();
    assertThat(prediction.traceId()).isEqualTo(IMAGE.traceId());
    assertThat(example.traceId()).isEqualTo(IMAGE.traceId());
    assertThat(example.spanId()).isNotEqualTo(prediction.spanId());
    assertThat(linked(up, "receive images", IMAGE)).isPresent();
    assertThat(linked(up, "judge vision", prediction).map(TracesTest::parentId))
        .contains(LABEL.spanId());
  }

  private static ProducerRecord<byte[], byte[]> traced(
      Topic<?, ?> topic, String key, byte[] value, TraceContext context) {
    var record = new ProducerRecord<>(topic.name(), key.getBytes(UTF_8), value);
    record.headers().add(TraceContext.TRACEPARENT, context.toString().getBytes(UTF_8));
    return record;
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
