package io.millrace.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who stands still fails; who takes long, as he may, or was suspended, does not. */
final class WatchdogTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final FakeService service = new FakeService();
  private long nanos;
  private Duration clockIsAhead = Duration.ZERO;
  private final WatchedService watched =
      new WatchedService(service, LIMIT, new Watchdog(() -> nanos), clock());

  private ClockWatch clock() {
    return new ClockWatch(() -> nanos / 1_000_000 + clockIsAhead.toMillis(), () -> nanos);
  }

  @Test
  void aServiceWhoseMachinesClockIsSetBackHasFailedAndOneWhoseIsSetForwardHasNot() {
    clockIsAhead = Duration.ofDays(7);
    assertThat(check(LOOK_EVERY)).isEqualTo(Service.Health.READY);
    clockIsAhead = clockIsAhead.minusSeconds(59);
    assertThat(check(LOOK_EVERY)).isEqualTo(Service.Health.READY);

    clockIsAhead = Duration.ofSeconds(-59);

    assertThat(check(LOOK_EVERY)).isEqualTo(Service.Health.FAILED);
    assertThat(watched.failure()).contains("set back by 604800 s").contains("next start");
  }

  @Test
  void aServiceWithoutProgressForTheLimitHasFailed() {
    assertThat(check(Duration.ofSeconds(60))).isEqualTo(Service.Health.READY);

    assertThat(check(Duration.ofSeconds(1))).isEqualTo(Service.Health.FAILED);
    assertThat(watched.failure()).contains("no progress for 60 s").contains("watchdog.timeout.ms");
  }

  @Test
  void progressBeginsTheTimeAgain() {
    check(Duration.ofSeconds(59));
    service.progress[0]++;

    assertThat(check(Duration.ofSeconds(59))).isEqualTo(Service.Health.READY);
  }

  @Test
  void aThreadThatStandsStillIsNotHiddenByOthers() {
    service.progress = new long[] {0, 0};

    Service.Health health = Service.Health.READY;
    for (int second = 0; second < 62; second++) {
      service.progress[1]++;
      health = check(Duration.ofSeconds(1));
    }

    assertThat(health).isEqualTo(Service.Health.FAILED);
  }

  @Test
  void aLongLegalStepIsNoStandstill() {
    service.longestPause = Duration.ofSeconds(300);

    assertThat(check(Duration.ofSeconds(599))).isEqualTo(Service.Health.READY);
    assertThat(check(Duration.ofSeconds(2))).isEqualTo(Service.Health.FAILED);
  }

  @Test
  void aProcessThatWasSuspendedDoesNotLookStalled() {
    check(LOOK_EVERY);
    nanos += Duration.ofHours(8).toNanos();

    assertThat(check(LOOK_EVERY)).isEqualTo(Service.Health.READY);
  }

  @Test
  void aServiceThatHasStoppedIsNotWatched() {
    service.health = Service.Health.STOPPED;

    assertThat(check(Duration.ofHours(1))).isEqualTo(Service.Health.STOPPED);
  }

  @Test
  void aLimitOfZeroIsNone() {
    var free = new WatchedService(service, Duration.ZERO, new Watchdog(() -> nanos), clock());

    free.health();
    for (int second = 0; second < 3600; second++) {
      nanos += Duration.ofSeconds(1).toNanos();
      assertThat(free.health()).isEqualTo(Service.Health.READY);
    }
  }

  /** Looks again and again, as the host does. */
  private Service.Health check(Duration time) {
    Service.Health health = watched.health();
    for (long passed = 0; passed < time.toNanos(); passed += LOOK_EVERY.toNanos()) {
      nanos += LOOK_EVERY.toNanos();
      health = watched.health();
    }
    return health;
  }

  private static final class FakeService implements Service {

    private long[] progress = {0};
    private Duration longestPause = Duration.ZERO;
    private Health health = Health.READY;

    @Override
    public String name() {
      return "fake";
    }

    @Override
    public void start() {}

    @Override
    public Health health() {
      return health;
    }

    @Override
    public String failure() {
      return "";
    }

    @Override
    public long[] progress() {
      return progress;
    }

    @Override
    public Duration longestPause() {
      return longestPause;
    }

    @Override
    public void close(Duration timeout) {}

    @Override
    public void bindTo(MeterRegistry registry) {}
  }
}
