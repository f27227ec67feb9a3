package io.millrace.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RateTest {

  private static final long SECOND = 1_000_000_000;

  private final Rate rate = new Rate(Duration.ofSeconds(10));

  @Test
  void isUnknownAtFirst() {
    assertThat(rate.at(5 * SECOND, 100)).isZero();
  }

  @Test
  void forgetsWhatIsLongPast() {
    for (int second = 0; second <= 20; second++) {
      rate.at(second * SECOND, 1_000L * second);
    }

    double fast = rate.at(21 * SECOND, 21_000);
    for (int second = 22; second <= 40; second++) {
      rate.at(second * SECOND, 21_000);
    }

    assertThat(fast).isEqualTo(1_000);
    assertThat(rate.at(41 * SECOND, 21_000)).isZero();
  }
}
