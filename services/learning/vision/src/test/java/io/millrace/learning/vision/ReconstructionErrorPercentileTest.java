package io.millrace.learning.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ReconstructionErrorPercentileTest {

  private final ReconstructionErrorPercentile ranks = new ReconstructionErrorPercentile(1_000);

  @Test
  void thereIsNoRankBeforeHalfAWindowWasSeen() {
    for (int i = 0; i < 500; i++) {
      assertThat(ranks.rankAndAdd(0.01)).isNull();
    }

    assertThat(ranks.rankAndAdd(0.01)).isEqualTo(1);
  }

  @Test
  void theRankIsTheShareOfThoseThatAreNotLarger() {
    var random = new Random(1);
    List<Double> seen = new ArrayList<>();
    for (int i = 0; i < 999; i++) {
      double error = random.nextDouble();
      seen.add(error);
      ranks.rankAndAdd(error);
    }

    double below = seen.stream().filter(error -> error <= 0.3).count();
    assertThat(ranks.rankAndAdd(0.3)).isEqualTo(below / seen.size(), within(0.01));
    assertThat(ranks.rankAndAdd(0)).isZero();
    assertThat(ranks.rankAndAdd(1)).isEqualTo(1);
    assertThat(ranks.quantile(0.5)).isEqualTo(0.5, within(0.05));
  }

  @Test
  void whatIsLongPastCountsNoMore() {
    for (int i = 0; i < 1_000; i++) {
      ranks.rankAndAdd(0.5);
    }
    for (int i = 0; i < 1_000; i++) {
      ranks.rankAndAdd(0.1);
    }

    assertThat(ranks.rankAndAdd(0.3)).isEqualTo(1);
    assertThat(ranks.rankAndAdd(0.05)).isZero();
  }

  @Test
  void theSameErrorsGetTheSameRanks() {
    var same = new ReconstructionErrorPercentile(1_000);
    var random = new Random(2);

    for (int i = 0; i < 5_000; i++) {
      double error = Math.abs(random.nextGaussian());
      assertThat(ranks.rankAndAdd(error)).isEqualTo(same.rankAndAdd(error));
    }
  }

  @Test
  void errorsOfAnySizeAreRanked() {
    for (int i = 0; i < 500; i++) {
      ranks.rankAndAdd(1e-300);
    }

    assertThat(ranks.rankAndAdd(1e300)).isEqualTo(1);
    assertThat(ranks.rankAndAdd(0)).isPositive();
  }
}
