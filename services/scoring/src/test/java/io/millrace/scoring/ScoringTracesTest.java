package io.millrace.scoring;

import static io.millrace.scoring.ScoringSamples.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.records.TraceContext;
import io.millrace.runtime.records.TraceSpan;
import io.millrace.runtime.records.TracedVersion;
import io.millrace.runtime.records.Traces;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.tracing.RecordedSpans;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.DocumentVector;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The spans of scoring. */
final class ScoringTracesTest {

  private static final TraceContext SENDER = TraceContext.root("a sender");

  private final RecordedSpans spans = new RecordedSpans();
  private final TestServingLog log = new TestServingLog();
  private final ScoringProcessor processor =
      new ScoringProcessor(
          Settings.of(Map.of()).topics(),
          name -> "id-of-" + name,
          ScoringConfig.from(Settings.of(Map.of())),
          Optional.of(new TestEngine()),
          log,
          new ScoringMetrics(),
          new ServingGate());

  @AfterEach
  void close() {
    spans.close();
    processor.close();
  }

  @Test
  void anImagesSpansSayWhichVersionAnsweredAndItsAnswersGoOnBelowThem() {
    ModelVersion version = ScoringSamples.vision(3);
    processor.published(version);

    List<ProducerRecord<byte[], byte[]>> answers =
        processor.process("images", List.of(image(ScoringSamples.png(4, 0.8f))));
    Traces.sent(answers);

    TraceSpan process = spans.only("process images");
    assertThat(process.parent()).contains(SENDER);
    assertThat(process.failure()).isEmpty();
    assertThat(process.attributes()).containsEntry("messaging.kafka.offset", 17L);
    assertThat(spans.only("decode images").parent()).contains(process.context());
    TraceSpan score = spans.only("score vision");
    assertThat(score.parent()).contains(process.context());
    assertThat(score.attributes())
        .containsOnly(Map.entry("millrace.model", "vision"), Map.entry("millrace.version", 3L));
    assertThat(score.links()).containsExactly(TracedVersion.of(version.manifest()).context());
    for (String topic : List.of("predictions", "reconstructions")) {
      TraceSpan send = spans.only("send " + topic);
      assertThat(send.kind()).isEqualTo(TraceSpan.Kind.PRODUCER);
      assertThat(send.parent()).contains(process.context());
      assertThat(answers)
          .filteredOn(it -> it.topic().equals(topic))
          .extracting(it -> TraceContext.of(it.headers()))
          .containsExactly(Optional.of(send.context()));
    }
  }

  @Test
  void aVectorsSpansSayWhichVersionAnswered() {
    ModelVersion version = ScoringSamples.classifier(4);
    processor.published(version);
    byte[] value =
        AvroCodec.of(DocumentVector.class).encode(ScoringSamples.vector("money", 1, 0).build());

    processor.process("document-vectors", List.of(record("document-vectors", "d", value)));

    TraceSpan process = spans.only("process document-vectors");
    assertThat(process.parent()).contains(SENDER);
    assertThat(spans.only("decode document-vectors").parent()).contains(process.context());
    assertThat(spans.only("score classifier").links())
        .containsExactly(TracedVersion.of(version.manifest()).context());
  }

  @Test
  void aBatchThatIsScoredAgainHasTheSpansOfTheVersionThatAnswered() {
    log.has(ScoringSamples.classifier(4));
    processor.published(ScoringSamples.classifier(4));
    processor.published(
        ScoringSamples.classifier(5, List.of("spam", "ham"), 1, 0, 0, Float.MAX_VALUE));
    AvroCodec<DocumentVector> codec = AvroCodec.of(DocumentVector.class);
    byte[] finite = codec.encode(ScoringSamples.vector("money", 1, 0).build());
    byte[] infinite = codec.encode(ScoringSamples.vector("meeting", 100, 0).build());

    processor.process(
        "document-vectors",
        List.of(
            record("document-vectors", "a", finite), record("document-vectors", "b", infinite)));

    assertThat(spans.all())
        .filteredOn(it -> it.name().equals("score classifier"))
        .extracting(it -> it.attributes().get("millrace.version"))
        .containsExactly(4L, 4L);
    assertThat(spans.names()).filteredOn("process document-vectors"::equals).hasSize(2);
  }

  @Test
  void aDeadLetterIsAnErrorWithItsReason() {
    processor.published(ScoringSamples.vision(3));

    List<ProducerRecord<byte[], byte[]>> letters =
        processor.process("images", List.of(image(utf8("no image"))));

    var headers = letters.getFirst().headers();
    String reason = EventHeaders.text(headers, "millrace-dead-letter-reason").orElseThrow();
    assertThat(spans.only("process images").failure()).contains(TraceSpan.Failure.unusable(reason));
    assertThat(TraceContext.of(headers)).contains(SENDER);
    assertThat(EventHeaders.text(headers, "__streams.errors.message")).contains(reason);
    assertThat(EventHeaders.text(headers, "__streams.errors.offset")).contains("17");
  }

  private static ConsumerRecord<byte[], byte[]> image(byte[] value) {
    return record("images", "7", value);
  }

  private static ConsumerRecord<byte[], byte[]> record(String topic, String key, byte[] value) {
    var record = new ConsumerRecord<byte[], byte[]>(topic, 2, 17, utf8(key), value);
    record.headers().add("traceparent", utf8(SENDER.toString()));
    return record;
  }
}
