package io.millrace.runtime.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

final class MonotonicTimeTest {

  private static final long START = 1_767_225_600_000L;
  private static final long WEEK = Duration.ofDays(7).toMillis();

  private long clock = START;
  private long nanos = 17;
  private final MonotonicTime time = new MonotonicTime(() -> clock, () -> nanos);

  @Test
  void goesOnWhateverIsDoneToTheMachinesClock() {
    clock += WEEK;
    pass(100);
    clock -= 2 * WEEK;
    pass(100);

    assertThat(time.milliseconds()).isEqualTo(START + 200);
  }

  @Test
  void goesOnFromTheBrokersTimeAlsoWhereTheMachinesIsAhead() {
    time.set(START - WEEK);
    pass(3);

    assertThat(time.milliseconds()).isEqualTo(START - WEEK + 3);
  }

  @Test
  void isNeverBeforeATimeThatABrokerHasStampedAndGoesOnFromThere() {
    time.observe(START + WEEK);
    pass(5);
    time.observe(START + 1);

    assertThat(time.milliseconds()).isEqualTo(START + WEEK + 5);
  }

  @Test
  void aRecordOfThePresentIsTakenAsItIsOnAMachineThatIsBehindOnceABrokerHasStampedOne() {
    var extractor = new BoundedTimestampExtractor();
    extractor.configure(Map.of(BoundedTimestampExtractor.CLOCK, time));
    long present = START + WEEK;
    extractor.extract(record(present, TimestampType.LOG_APPEND_TIME), -1);

    assertThat(extractor.extract(record(present + 1, TimestampType.CREATE_TIME), -1))
        .isEqualTo(present + 1);
    assertThat(extractor.extract(record(present + WEEK, TimestampType.CREATE_TIME), -1))
        .isEqualTo(present);
  }

  private void pass(long millis) {
    nanos += Duration.ofMillis(millis).toNanos();
  }

  private static ConsumerRecord<Object, Object> record(long timestamp, TimestampType type) {
    return new ConsumerRecord<>(
        "documents",
        0,
        0,
        timestamp,
        type,
        0,
        0,
        "key",
        "value",
        new RecordHeaders(),
        java.util.Optional.empty());
  }
}
