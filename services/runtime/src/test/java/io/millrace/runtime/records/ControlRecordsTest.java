package io.millrace.runtime.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Subject;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ControlRecordsTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0, true",
    "4711, 0, true",
    "4711, 17, true",
    "4711, 100000, false",
    "9223372036854775807, 0, true"
  })
  void isReadAsItWasWritten(long cut, int updates, boolean closes) {
    var marker = new StepMarker(cut, updates, closes);

    ProducerRecord<byte[], byte[]> record = ControlRecords.of("topic", 3, marker);

    assertThat(record.partition()).isEqualTo(3);
    assertThat(ControlRecords.isMarker(record.headers(), record.value())).isTrue();
    assertThat(ControlRecords.marker(record.headers(), record.value())).contains(marker);
  }

  @Test
  void aForgottenSubjectIsReadAsItWasWrittenAndIsNoMarkerForTrainers() {
    Subject subject = Subject.parse("image/a b/c").orElseThrow();

    ProducerRecord<byte[], byte[]> record = ControlRecords.forget("images", 2, subject);

    assertThat(ControlRecords.forgotten(record.headers(), record.value())).contains(subject);
    assertThat(ControlRecords.isMarker(record.headers(), record.value())).isTrue();
    assertThat(ControlRecords.marker(record.headers(), record.value())).isEmpty();
    assertThat(ControlRecords.forgotten(record.headers(), new byte[1])).isEmpty();
  }

  @Test
  void everyCutHasAKeyOfItsOwn() {
    assertThat(ControlRecords.of("topic", 0, new StepMarker(1, 0, true)).key())
        .isNotEqualTo(ControlRecords.of("topic", 0, new StepMarker(2, 0, true)).key());
  }

  @Test
  void anEarlierBuildsCloseStepRecordHasNoNumber() {
    assertThat(ControlRecords.marker(headers("close-step", null, null), null))
        .contains(new StepMarker(StepMarker.UNNUMBERED, 0, true));
  }

  @ParameterizedTest
  @CsvSource({
    "close-everything, 1, 1",
    "close-step, -1, 1",
    "close-step, x, 1",
    "close-step, 99999999999999999999, 1",
    "close-step, 1, 100001",
    "rehearse, 1, 1e3",
    "rehearse, '', 1"
  })
  void whatNoBuildWritesIsNoMarkerButAControlRecord(String kind, String cut, String updates) {
    RecordHeaders headers = headers(kind, cut, updates);

    assertThat(ControlRecords.marker(headers, null)).isEmpty();
    assertThat(ControlRecords.isMarker(headers, null)).isTrue();
  }

  @Test
  void aRecordWithAValueIsNoControlRecord() {
    assertThat(ControlRecords.isMarker(headers("close-step", "1", null), new byte[0])).isFalse();
    assertThat(ControlRecords.marker(headers("close-step", "1", null), new byte[0])).isEmpty();
  }

  private static RecordHeaders headers(
      String kind, @Nullable String cut, @Nullable String updates) {
    var headers = new RecordHeaders();
    headers.add(ControlRecords.HEADER, kind.getBytes(UTF_8));
    if (cut != null) {
      headers.add(ControlRecords.CUT, cut.getBytes(UTF_8));
    }
    if (updates != null) {
      headers.add(ControlRecords.UPDATES, updates.getBytes(UTF_8));
    }
    return headers;
  }
}
