package io.millrace.scoring.rollback;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class VersionSnapshotsTest {

  private static final TopicPartition P0 = new TopicPartition("images", 0);
  private static final TopicPartition P1 = new TopicPartition("images", 1);

  private final VersionSnapshots snapshots = new VersionSnapshots();

  @Test
  void theLastMomentAtWhichNoneOfTheRecordsWasThereCounts() {
    snapshots.add(Map.of("vision", 1L), Map.of(P0, 10L, P1, 20L));
    snapshots.add(Map.of("vision", 2L), Map.of(P0, 15L, P1, 30L));
    snapshots.add(Map.of("vision", 3L), Map.of(P0, 16L, P1, 30L));

    assertThat(snapshots.before(Map.of(P0, 15L))).contains(Map.of("vision", 2L));
    assertThat(snapshots.before(Map.of(P0, 15L, P1, 29L))).contains(Map.of("vision", 1L));
    assertThat(snapshots.before(Map.of(P0, 99L, P1, 99L))).contains(Map.of("vision", 3L));
  }

  @Test
  void ofRecordsThatWereThereAlreadyNothingIsKnown() {
    snapshots.add(Map.of("vision", 1L), Map.of(P0, 10L));

    assertThat(snapshots.before(Map.of(P0, 9L))).isEmpty();
    assertThat(snapshots.before(Map.of(P0, 10L, P1, 5L))).as("a new partition").isEmpty();
  }

  @Test
  void whatNoLaterRecordNeedsIsForgotten() {
    snapshots.add(Map.of("vision", 1L), Map.of(P0, 10L));
    snapshots.add(Map.of("vision", 2L), Map.of(P0, 20L));

    snapshots.forgetBefore(Map.of(P0, 20L));

    assertThat(snapshots.before(Map.of(P0, 19L))).isEmpty();
    assertThat(snapshots.before(Map.of(P0, 20L))).contains(Map.of("vision", 2L));
  }

  @Test
  void ofTooManySomeOfEachTimeStay() {
    for (long i = 0; i < 1_000; i++) {
      snapshots.add(Map.of("vision", i), Map.of(P0, i));
    }

    assertThat(snapshots.before(Map.of(P0, 0L))).contains(Map.of("vision", 0L));
    assertThat(snapshots.before(Map.of(P0, 999L))).contains(Map.of("vision", 999L));
    assertThat(snapshots.before(Map.of(P0, 500L)).orElseThrow().get("vision"))
        .isBetween(450L, 500L);
  }
}
