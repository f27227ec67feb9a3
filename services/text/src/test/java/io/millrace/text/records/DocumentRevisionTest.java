package io.millrace.text.records;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.text.frequencies.TermBag;
import io.millrace.schemas.avro.Source;
import org.junit.jupiter.api.Test;

final class DocumentRevisionTest {

  @Test
  void withinAPartitionTheLogDecidesWhateverTheTimes() {
    assertThat(record(1, 8, 100).supersedes(record(1, 7, 200))).isTrue();
    assertThat(record(1, 6, 300).supersedes(record(1, 7, 200))).isFalse();
  }

  @Test
  void theSameRecordIsNotItsOwnSuccessor() {
    assertThat(record(1, 7, 200).supersedes(record(1, 7, 200))).isFalse();
  }

  @Test
  void betweenPartitionsTheTimesDecide() {
    assertThat(record(2, 1, 201).supersedes(record(1, 7, 200))).isTrue();
    assertThat(record(2, 90, 199).supersedes(record(1, 7, 200))).isFalse();
  }

  @Test
  void betweenPartitionsAtTheSameTimeTheComingDecides() {
    assertThat(record(2, 1, 200).supersedes(record(1, 7, 200))).isTrue();
    assertThat(record(1, 7, 200).supersedes(record(2, 1, 200))).isTrue();
  }

  private static DocumentRevision record(int partition, long offset, long time) {
    return new DocumentRevision(
        TermBag.EMPTY, null, new Source("documents", partition, offset), time, false);
  }
}
