package io.millrace.cli.demo.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ThroughputMeterTest {

  private static final long SECOND = 1_000_000_000;

  private final ThroughputMeter rate = new ThroughputMeter(Duration.ofSeconds(10));

  @Test
  void isUnknownAtFirst() {
    assertThat(rate.update(5 * SECOND, 100)).isZero();
  }

  @Test
  void forgetsWhatIsLongPast() {
    for (int second = 0; second <= 20; second++) {
      rate.update(second * SECOND, 1_000L * second);
    }

    double fast = rate.update(21 * SECOND, 21_000);
    for (int second = 22; second <= 40; second++) {
      rate.update(second * SECOND, 21_000);
    }

    assertThat(fast).isEqualTo(1_000);
    assertThat(rate.update(41 * SECOND, 21_000)).isZero();
  }
}
