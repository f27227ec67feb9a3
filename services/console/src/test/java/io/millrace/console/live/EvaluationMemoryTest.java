package io.millrace.console.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.console.live.EvaluationMemory.SeriesKey;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.EvaluationRecent;
import io.millrace.schemas.avro.Scope;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

final class EvaluationMemoryTest {

  private static final SeriesKey VISION = new SeriesKey("vision", Scope.PREQUENTIAL);

  private final EvaluationMemory memory = new EvaluationMemory(new MemoryBounds(10, 100_000));

  @Test
  void theLastRecordOfAVersionCounts() {
    memory.served(record(1, 10, 5, null));
    memory.served(record(2, 30, 20, null));
    memory.served(record(1, 12, 6, null));

    assertThat(memory.of("vision", 1).orElseThrow().labels()).isEqualTo(12);
    assertThat(memory.of("vision", 1).orElseThrow().correct()).isEqualTo(6);
    assertThat(memory.newest(9, _ -> true)).extracting(it -> it.version()).containsExactly(1L, 2L);
  }

  @Test
  void theLineHasTheRecentAccuracyOnceItIsThere() {
    memory.served(record(1, 10, 5, null));
    memory.served(record(1, 12, 6, 0.75));
    memory.served(record(1, 14, 6, null));

    assertThat(memory.points(VISION, 0, 500))
        .extracting(EvaluationMemory.Point::accuracy)
        .containsExactly(0.75);
  }

  @Test
  void aLongLineIsThinnedAndKeepsItsEnd() {
    for (int i = 1; i <= 10_000; i++) {
      memory.served(record(1, i, i, 0.5));
    }

    var points = memory.points(VISION, 0, 500);

    assertThat(points).hasSizeBetween(200, 500);
    assertThat(points.getLast().labels()).isEqualTo(10_000);
    assertThat(points).isSortedAccordingTo((a, b) -> Long.compare(a.labels(), b.labels()));
  }

  @Test
  void whatChallengersAnsweredIsNoPartOfTheLine() {
    memory.shadow(record(1, 10, 5, 0.5));

    assertThat(memory.points(VISION, 0, 500)).isEmpty();
    assertThat(memory.of("vision", 1)).isEmpty();
    assertThat(memory.newest(9, it -> it.shadow())).hasSize(1);
  }

  @Test
  void whatIsNoEvaluationIsNotUnderstood() {
    assertThat(memory.served(record(new byte[] {1, 2, 3}))).isFalse();
  }

  private static ConsumerRecord<byte[], byte[]> record(
      long version, long count, long correct, Double recent) {
    var evaluation =
        new Evaluation(
            "vision",
            version,
            Scope.PREQUENTIAL,
            Instant.ofEpochMilli(0),
            Instant.ofEpochMilli(1000),
            count,
            correct,
            (double) correct / count,
            0.5,
            10.0,
            count,
            correct,
            count,
            correct,
            0.5,
            0L,
            0L,
            0L,
            null,
            null,
            recent == null ? null : new EvaluationRecent(count, recent, 0.5, 0.5, 0.1, 0.5, 0.5));
    return record(AvroCodec.of(Evaluation.class).encode(evaluation));
  }

  private static ConsumerRecord<byte[], byte[]> record(byte[] value) {
    return new ConsumerRecord<>(
        "evaluations",
        0,
        0,
        1_000,
        TimestampType.LOG_APPEND_TIME,
        0,
        0,
        new byte[0],
        value,
        new RecordHeaders(),
        Optional.empty());
  }
}
