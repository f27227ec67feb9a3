package io.millrace.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.records.StepMarker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class QuietStreamTest {

  private static final Duration IDLE = Duration.ofSeconds(2);
  private static final Duration MAX_WAIT = Duration.ofSeconds(30);

  private long now;

  @Test
  void aQuietStreamClosesTheStepOnce() {
    QuietStream stream = stream();
    stream.recordsRead();
    assertThat(stream.next(3, false, 0, 7)).isEmpty();
    pass(1_999);
    assertThat(stream.next(3, false, 0, 7)).isEmpty();

    pass(1);

    assertThat(stream.next(3, false, 0, 7)).contains(new StepMarker(7, 0, true));
    assertThat(stream.next(3, false, 0, 7)).as("the marker is on its way").isEmpty();
  }

  @Test
  void aStreamThatTricklesClosesTheStepAfterTheLongestWait() {
    QuietStream stream = stream();
    for (int second = 0; second < 30; second++) {
      stream.recordsRead();
      assertThat(stream.next(second + 1, false, 9, second)).isEmpty();
      pass(1_000);
    }
    stream.recordsRead();

    assertThat(stream.next(31, false, 9, 31)).contains(new StepMarker(31, 0, true));
  }

  @Test
  void nothingHeldBackAndNothingToRehearseWritesNothing() {
    QuietStream stream = stream();
    pass(100_000);

    assertThat(stream.next(0, false, 0, 7)).isEmpty();
  }

  @Test
  void zeroTurnsItOff() {
    var stream = new QuietStream(Duration.ZERO, MAX_WAIT, () -> now);
    pass(100_000);

    assertThat(stream.next(3, false, 5, 7)).isEmpty();
  }

  @Test
  void rehearsesOverAndOverAndPublishesAfterRestsOfDoublingLengthAndAtTheEnd() {
    QuietStream stream = stream();
    pass(2_000);
    long useful = 100;
    int position = 0;
    var published = new StringBuilder();
    while (useful > 0) {
      StepMarker marker = stream.next(0, useful < 100, useful, position++).orElseThrow();
      published.append(marker.closesStep() ? '|' : '-');
      pass(marker.updates() * 62L);
      stream.rehearsed(marker.updates(), Duration.ofMillis(marker.updates() * 62L));
      stream.cut(marker);
      useful -= marker.updates();
    }

    assertThat(published).hasToString("-----|--------|---------|");
  }

  @Test
  void aRecordEndsTheRehearsal() {
    QuietStream stream = stream();
    pass(2_000);
    StepMarker marker = stream.next(0, false, 50, 1).orElseThrow();
    stream.cut(marker);
    stream.recordsRead();

    assertThat(stream.next(1, true, 46, 4)).isEmpty();
    pass(2_000);
    assertThat(stream.next(1, true, 46, 4).orElseThrow().closesStep()).isTrue();
  }

  private QuietStream stream() {
    return new QuietStream(IDLE, MAX_WAIT, () -> now);
  }

  private void pass(long millis) {
    now += Duration.ofMillis(millis).toNanos();
  }
}
