package io.millrace.learning.core.judging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SequentialMcNemarTest {

  private static final double ALPHA = 0.05;
  private static final int RUNS = 1_500;
  private static final int PAIRS = 2_000;

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 0",
    "0, 1",
    "3, 2",
    "10, 0",
    "0, 10",
    "40, 60",
    "60, 40",
    "500, 450",
    "1000, 700",
    "700, 1000",
    "20000, 19500",
    "100000, 100000",
    "100000, 98000"
  })
  void isTheIntegralOverTheWinningProbability(long challenger, long champion) {
    double integral = logIntegral(challenger, champion);

    assertThat(SequentialMcNemar.logEvidence(challenger, champion))
        .isCloseTo(integral, within(1e-6 * Math.max(1, Math.abs(integral))));
  }

  @Test
  void isTheExactFractionForSmallCounts() {
    for (int c = 0; c <= 40; c++) {
      for (int b = 0; b <= 40; b++) {
        assertThat(SequentialMcNemar.evidence(c, b))
            .describedAs("%d to %d", c, b)
            .isCloseTo(exact(c, b), within(1e-12 * exact(c, b)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {10, 1_000, 100_000, 10_000_000})
  void staysPreciseForLargeCounts(long n) {
    for (long lead : new long[] {-(long) Math.sqrt(n), 0, 1, (long) (3 * Math.sqrt(n)), n / 2}) {
      long c = (n + lead) / 2;
      long b = n - c;
      double log = SequentialMcNemar.logEvidence(c, b);
      double won = SequentialMcNemar.logEvidence(c + 1, b);
      double lost = SequentialMcNemar.logEvidence(c, b + 1);

      // At p = 1/2 each mixed ratio is a martingale, and so is the evidence.
      assertThat((Math.exp(won - log) + Math.exp(lost - log)) / 2).isCloseTo(1, within(1e-6));
    }
  }

  @Test
  void growsWithTheChallengersRecordsAndShrinksWithTheChampions() {
    assertThat(SequentialMcNemar.evidence(0, 0)).isEqualTo(1);
    assertThat(SequentialMcNemar.evidence(21, 10))
        .isGreaterThan(SequentialMcNemar.evidence(20, 10));
    assertThat(SequentialMcNemar.evidence(20, 11)).isLessThan(SequentialMcNemar.evidence(20, 10));
    assertThat(SequentialMcNemar.evidence(0, 10_000_000)).isBetween(0.0, 1e-6);
    assertThat(SequentialMcNemar.evidence(10_000_000, 0)).isInfinite();
    assertThat(SequentialMcNemar.logEvidence(10_000_000, 0))
        .isCloseTo(1e7 * Math.log(2) + Math.log(2) - Math.log(1e7 + 1), within(1e-6));
  }

  @Test
  void refusesNegativeCounts() {
    assertThatThrownBy(() -> SequentialMcNemar.logEvidence(-1, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1 and 3");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 0.49, 0.4, 0.2})
  void whoStopsAtTheFirstCrossingErrsInAtMostAlphaOfTheRuns(double p) {
    assertThat(crossings(p, SequentialMcNemarTest::safe)).isLessThanOrEqualTo(ALPHA);
  }

  @Test
  void aFixedSampleTestThatIsLookedAtAfterEveryRecordErrsFarMoreOften() {
    assertThat(crossings(0.5, SequentialMcNemarTest::fixedSample)).isGreaterThan(6 * ALPHA);
  }

  /**
   * Medians of 2,000 runs, as documented, at the evidence that a first trial requires by default.
   */
  @ParameterizedTest
  @CsvSource({"0.6, 290, 325", "0.7, 60, 70", "0.8, 26, 32"})
  void findsABetterChallengerAfterAFewRecords(double p, int atLeast, int atMost) {
    double required = Math.log(200);
    int[] needed = new int[2_000];
    var random = new SplittableRandom(11);
    for (int run = 0; run < needed.length; run++) {
      int c = 0;
      int n = 0;
      while (SequentialMcNemar.logEvidence(c, n - c) < required) {
        n++;
        c += random.nextDouble() < p ? 1 : 0;
      }
      needed[run] = n;
    }
    Arrays.sort(needed);

    assertThat(needed[1_000]).isBetween(atLeast, atMost);
  }

  private interface Rule {
    boolean rejects(int challenger, int champion);
  }

  private static boolean safe(int c, int b) {
    return SequentialMcNemar.logEvidence(c, b) >= -Math.log(ALPHA);
  }

  /** One-sided, normal approximation with continuity correction (Edwards 1948). */
  private static boolean fixedSample(int c, int b) {
    return c + b >= 25 && c - b - 1 >= 1.6448536 * Math.sqrt(c + b);
  }

  /** The share of runs in which a test rejects at any of the first pairs. */
  private static double crossings(double p, Rule test) {
    var random = new SplittableRandom(7);
    int crossed = 0;
    for (int run = 0; run < RUNS; run++) {
      int c = 0;
      for (int n = 1; n <= PAIRS; n++) {
        c += random.nextDouble() < p ? 1 : 0;
        if (test.rejects(c, n - c)) {
          crossed++;
          break;
        }
      }
    }
    return crossed / (double) RUNS;
  }

  /** By Simpson's rule around the integrand's maximum. */
  private static double logIntegral(long c, long b) {
    DoubleUnaryOperator log =
        p ->
            Math.log(2)
                + (c == 0 ? 0 : c * Math.log(2 * p))
                + (b == 0 ? 0 : b * Math.log(2 * (1 - p)));
    double peak = Math.max(0.5, c + b == 0 ? 0.5 : (double) c / (c + b));
    double top = log.applyAsDouble(peak == 1 && b > 0 ? 0.5 : peak);
    int steps = 2_000_000;
    double width = 0.5 / steps;
    double sum = 0;
    for (int i = 0; i <= steps; i++) {
      double value = Math.exp(log.applyAsDouble(0.5 + i * width) - top);
      sum += value * (i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2);
    }
    return top + Math.log(sum * width / 3);
  }

  private static double exact(int c, int b) {
    BigInteger below = BigInteger.ZERO;
    BigInteger coefficient = BigInteger.ONE;
    for (int k = 0; k <= c; k++) {
      below = below.add(coefficient);
      if (k < c) {
        coefficient =
            coefficient
                .multiply(BigInteger.valueOf(c + b + 1 - k))
                .divide(BigInteger.valueOf(k + 1));
      }
    }
    return new BigDecimal(below)
        .divide(
            new BigDecimal(coefficient).multiply(BigDecimal.valueOf(b + 1)), MathContext.DECIMAL64)
        .doubleValue();
  }
}
