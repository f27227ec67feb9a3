package io.millrace.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.text.TermBag;
import io.millrace.schemas.avro.Source;
import org.junit.jupiter.api.Test;

final class SuccessionTest {

  @Test
  void withinAPartitionTheLogDecidesWhateverTheTimes() {
    assertThat(Succession.supersedes(record(1, 8, 100), record(1, 7, 200))).isTrue();
    assertThat(Succession.supersedes(record(1, 6, 300), record(1, 7, 200))).isFalse();
  }

  @Test
  void theSameRecordIsNotItsOwnSuccessor() {
    assertThat(Succession.supersedes(record(1, 7, 200), record(1, 7, 200))).isFalse();
  }

  @Test
  void betweenPartitionsTheTimesDecide() {
    assertThat(Succession.supersedes(record(2, 1, 201), record(1, 7, 200))).isTrue();
    assertThat(Succession.supersedes(record(2, 90, 199), record(1, 7, 200))).isFalse();
  }

  @Test
  void betweenPartitionsAtTheSameTimeTheComingDecides() {
    assertThat(Succession.supersedes(record(2, 1, 200), record(1, 7, 200))).isTrue();
    assertThat(Succession.supersedes(record(1, 7, 200), record(2, 1, 200))).isTrue();
  }

  private static Counted record(int partition, long offset, long time) {
    return new Counted(
        TermBag.EMPTY, null, new Source("documents", partition, offset), time, false);
  }
}
