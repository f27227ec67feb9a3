package io.millrace.runtime.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.records.EventHeaders;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BoundedTimestampExtractorTest {

  private static final long NOW = 1_767_225_600_000L;
  private static final long HOUR = 3_600_000L;
  private static final long DAY = 24 * HOUR;

  private final BoundedTimestampExtractor extractor = new BoundedTimestampExtractor();
  private final Headers headers = new RecordHeaders();

  BoundedTimestampExtractorTest() {
    extractor.configure(Map.of(BoundedTimestampExtractor.CLOCK, (LongSupplier) () -> NOW));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 988_675_200_000L, NOW - 1, NOW, NOW + HOUR})
  void timesThatCanBeTrueAreTaken(long time) {
    assertThat(extract(time, -1)).isEqualTo(time);
    assertThat(headers).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 0, NOW + HOUR + 1, NOW * 1000, Long.MAX_VALUE})
  void othersBecomeThePresentAndADeadLetterStillSaysWhatWasOnTheLog(long time) {
    long extracted = extract(time, NOW - DAY);

    assertThat(extracted).isEqualTo(NOW);
    Headers letter =
        DeadLetters.headers(
            headers, "text", new DeadLetters.Origin("documents", "", 0, 0, extracted), "bad");
    assertThat(EventHeaders.text(letter, DeadLetters.TIMESTAMP)).contains(Long.toString(time));
    assertThat(letter).noneMatch(header -> header.key().equals("millrace-record-time"));
  }

  @Test
  void aClockThatWasSetBackDoesNotPullTheTimesOfAPartitionBack() {
    assertThat(extract(NOW + 7 * DAY - 1, NOW + 7 * DAY)).isEqualTo(NOW + 7 * DAY - 1);
    assertThat(extract(NOW + 8 * DAY, NOW + 7 * DAY)).isEqualTo(NOW + 7 * DAY);
  }

  @Test
  void noProducerCanMoveAPartitionsTimeStepByStep() {
    assertThat(extract(NOW + 2 * HOUR, NOW + HOUR)).isEqualTo(NOW);
  }

  @Test
  void aPartitionsTimeThatCannotBeTrueIsForgotten() {
    assertThat(extract(NOW * 1000, NOW * 999)).isEqualTo(NOW);
  }

  private long extract(long time, long partitionTime) {
    var record =
        new ConsumerRecord<Object, Object>(
            "documents",
            0,
            0,
            time,
            TimestampType.CREATE_TIME,
            0,
            0,
            "",
            "",
            headers,
            Optional.empty());
    return extractor.extract(record, partitionTime);
  }
}
