package io.millrace.learning.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DistributionDriftTest {

  private static final int WINDOW = 1_000;
  private static final double THRESHOLD = 0.2;

  private final Random random = new Random(2);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void numbersThatStayAreNone(long seed) {
    var values = new Random(seed);
    var drift = new DistributionDrift(20, WINDOW, THRESHOLD);
    double highest = 0;
    for (int i = 0; i < 300_000; i++) {
      double[] numbers = values.doubles(20).toArray();
      numbers[3] = numbers[3] < 0.7 ? 0 : numbers[3];
      numbers[4] = 1;
      if (drift.add(numbers)) {
        throw new AssertionError("a drift after " + i);
      }
      highest = i < 2 * WINDOW ? 0 : Math.max(highest, drift.lastIndex());
    }

    assertThat(highest).isBetween(0.01, 0.1);
  }

  @Test
  void aChangeIsOneDriftWithinTwoWindowsWhereverItBegins() {
    for (int start = 5_000; start < 6_000; start += 333) {
      var drift = new DistributionDrift(3, WINDOW, THRESHOLD);
      assertThat(add(drift, start, 0)).isZero();

      int delay = add(drift, 2 * WINDOW, 0.8);

      assertThat(delay).isBetween(1, 2 * WINDOW);
      add(drift, 20_000, 0.8);
      assertThat(drift.drifts()).isEqualTo(1);
      assertThat(drift.lastIndex()).isLessThan(0.1);
    }
  }

  @Test
  void whoBeginsAgainHasAnotherReference() {
    var drift = new DistributionDrift(3, WINDOW, THRESHOLD);
    add(drift, 5_500, 0);

    drift.begin();
    assertThat(drift.lastIndex()).isNaN();
    add(drift, 10_000, 2);

    assertThat(drift.drifts()).isZero();
    assertThat(drift.lastIndex()).isLessThan(0.1);
  }

  /** Shares of 0.5 and 0.5, then of 0.8 and 0.2. */
  @Test
  void theIndexIsThePopulationStabilityIndexLessWhatChanceGives() {
    var drift = new DistributionDrift(1, WINDOW, 10);
    for (int i = 0; i < WINDOW; i++) {
      drift.add(i % 2);
    }
    for (int i = 0; i < WINDOW; i++) {
      drift.add(i % 5 == 0 ? 0 : 1);
    }

    double exact = 0.3 * Math.log(0.8 / 0.5) - 0.3 * Math.log(0.2 / 0.5);
    assertThat(drift.lastIndex()).isCloseTo(exact - 2.0 / WINDOW, offset(0.002));
  }

  @Test
  void aWindowHasARecordForEveryBin() {
    assertThatIllegalArgumentException().isThrownBy(() -> new DistributionDrift(1, 9, 0.2));
  }

  /** Adds records whose second number is normal around a mean; where the first drift was, or 0. */
  private int add(DistributionDrift drift, int records, double mean) {
    int first = 0;
    for (int i = 1; i <= records; i++) {
      boolean drifted =
          drift.add(random.nextGaussian(), mean + random.nextGaussian(), random.nextDouble());
      first = drifted && first == 0 ? i : first;
    }
    return first;
  }
}
