package io.millrace.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class IndexCheckpointTest {

  private static final long NOW = 1_800_000_000_000L;

  private final VectorTopic log = new VectorTopic("cluster/topic", Duration.ofDays(1));
  private final IndexCheckpoint position =
      new IndexCheckpoint("cluster/topic", Map.of(0, 5L, 1, 0L), NOW);

  @Test
  void comesBackAsItWasKept() {
    assertThat(IndexCheckpoint.from(position.toMap())).hasValue(position);
  }

  @Test
  void isNoneWhereNothingThatIsUnderstoodWasKept() {
    Map<String, String> other = new HashMap<>(position.toMap());
    other.put("format", "0");
    Map<String, String> broken = new HashMap<>(position.toMap());
    broken.put("offset.0", "x");

    assertThat(IndexCheckpoint.from(Map.of())).isEmpty();
    assertThat(IndexCheckpoint.from(other)).isEmpty();
    assertThat(IndexCheckpoint.from(broken)).isEmpty();
  }

  @Test
  void anIndexGoesOnInTheSameLog() {
    assertThat(refusal(Map.of(0, 0L, 1, 0L, 2, 0L), Map.of(0, 5L, 1, 9L, 2, 1L), NOW)).isEmpty();
  }

  @Test
  void anIndexOfAnotherLogIsRefused() {
    var other = new VectorTopic("cluster/other", Duration.ofDays(1));

    assertThat(other.reasonNotToResume(position, Map.of(0, 0L, 1, 0L), Map.of(0, 9L, 1, 9L), NOW))
        .hasValueSatisfying(why -> assertThat(why).contains("another"));
  }

  @Test
  void anIndexThatMayHaveMissedDeletionsIsRefused() {
    Map<Integer, Long> beginnings = Map.of(0, 0L, 1, 0L);
    Map<Integer, Long> ends = Map.of(0, 9L, 1, 9L);
    long day = Duration.ofDays(1).toMillis();

    assertThat(refusal(beginnings, ends, NOW + day)).isEmpty();
    assertThat(refusal(beginnings, ends, NOW + day + 1)).contains("tombstones");
  }

  @Test
  void anIndexWhosePlaceIsNotInTheLogIsRefused() {
    assertThat(refusal(Map.of(0, 6L, 1, 0L), Map.of(0, 9L, 1, 0L), NOW)).contains("offset 5");
    assertThat(refusal(Map.of(0, 0L, 1, 0L), Map.of(0, 4L, 1, 0L), NOW)).contains("offset 5");
    assertThat(refusal(Map.of(0, 0L), Map.of(0, 9L), NOW)).contains("offset 0");
  }

  @Test
  void anIndexOfATimeThatHasNotComeYetIsRefused() {
    long week = Duration.ofDays(7).toMillis();

    assertThat(refusal(Map.of(0, 0L, 1, 0L), Map.of(0, 9L, 1, 9L), NOW - week))
        .contains("not come yet");
    assertThat(refusal(Map.of(0, 0L, 1, 0L), Map.of(0, 9L, 1, 9L), NOW - 1_000)).isEmpty();
  }

  private String refusal(Map<Integer, Long> beginnings, Map<Integer, Long> ends, long now) {
    return log.reasonNotToResume(position, beginnings, ends, now).orElse("");
  }
}
