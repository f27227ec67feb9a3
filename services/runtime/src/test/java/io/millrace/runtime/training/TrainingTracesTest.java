package io.millrace.runtime.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.metrics.LoopMetrics;
import io.millrace.runtime.models.ForgottenSubjects;
import io.millrace.runtime.records.StepSpans;
import io.millrace.runtime.records.TraceContext;
import io.millrace.runtime.records.TracedRecord;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.tracing.RecordedSpans;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.AbstractConfig;
import org.junit.jupiter.api.Test;

/** The spans of what a variant of a trainer learns from. */
final class TrainingTracesTest {

  private static final TraceContext SENDER = TraceContext.root("a sender");
  private static final TopicPartition INPUT = new TopicPartition("in", 0);

  @Test
  void aVariantsSpansAreItsOwnAndAForgottenSubjectHasNone() {
    List<StepSpans.Example> traced = new ArrayList<>();
    TrainingSession.StepSink sink = (step, _) -> traced.addAll(step.traced());
    List<TopicPartition> partitions = List.of(INPUT);
    try (var spans = new RecordedSpans();
        var consumer = new MockConsumer<byte[], byte[]>("none");
        var decoders = Executors.newSingleThreadExecutor()) {
      consumer.assign(partitions);
      consumer.seek(INPUT, 0);
      var session =
          TrainingSession.offline(
              context(),
              consumer,
              decoders,
              InputPositions.beginning(partitions, new long[1]),
              sink);
      consumer.addRecord(record(0, "image/1"));
      consumer.addRecord(record(1, "image/2"));
      session.buffer(consumer.poll(Duration.ZERO));
      while (session.runOnce()) {
        // Learns from the next batch.
      }
      session.close();

      assertThat(traced).extracting(it -> it.record().offset()).containsExactly(1L);
      TracedRecord learned = traced.getFirst().record();
      assertThat(spans.only("decode in").parent()).contains(learned.processing("sum-wide"));
    }
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset, String key) {
    var record =
        new ConsumerRecord<byte[], byte[]>(
            "in", 0, offset, key.getBytes(UTF_8), SumTrainer.text(7));
    record.headers().add("traceparent", SENDER.toString().getBytes(UTF_8));
    return record;
  }

  private static TrainerContext<Long> context() {
    var values = new AbstractConfig(TrainerLoopConfig.definition("sum", 1, 1), Map.of(), false);
    return new TrainerContext<>(
            "sum",
            Settings.of(Map.of()),
            TrainerLoopConfig.from("sum", values),
            "in",
            new SumTrainer("sum-wide", Map.of(), "out"),
            LoopMetrics.ofSteps(new SimpleMeterRegistry(), "sum", "dead-letters"),
            new TrainerMetrics(),
            moment -> {})
        .leavingOut(
            ForgottenSubjects.none()
                .with(List.of("image/1"), List.of(10L), List.of(0L), Instant.EPOCH));
  }
}
