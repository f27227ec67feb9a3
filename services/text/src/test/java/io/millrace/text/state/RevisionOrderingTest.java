package io.millrace.text.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.text.frequencies.TermBag;
import io.millrace.schemas.avro.Source;
import io.millrace.text.codecs.DocumentRevision;
import org.junit.jupiter.api.Test;

final class RevisionOrderingTest {

  @Test
  void withinAPartitionTheLogDecidesWhateverTheTimes() {
    assertThat(RevisionOrdering.supersedes(record(1, 8, 100), record(1, 7, 200))).isTrue();
    assertThat(RevisionOrdering.supersedes(record(1, 6, 300), record(1, 7, 200))).isFalse();
  }

  @Test
  void theSameRecordIsNotItsOwnSuccessor() {
    assertThat(RevisionOrdering.supersedes(record(1, 7, 200), record(1, 7, 200))).isFalse();
  }

  @Test
  void betweenPartitionsTheTimesDecide() {
    assertThat(RevisionOrdering.supersedes(record(2, 1, 201), record(1, 7, 200))).isTrue();
    assertThat(RevisionOrdering.supersedes(record(2, 90, 199), record(1, 7, 200))).isFalse();
  }

  @Test
  void betweenPartitionsAtTheSameTimeTheComingDecides() {
    assertThat(RevisionOrdering.supersedes(record(2, 1, 200), record(1, 7, 200))).isTrue();
    assertThat(RevisionOrdering.supersedes(record(1, 7, 200), record(2, 1, 200))).isTrue();
  }

  private static DocumentRevision record(int partition, long offset, long time) {
    return new DocumentRevision(
        TermBag.EMPTY, null, new Source("documents", partition, offset), time, false);
  }
}
