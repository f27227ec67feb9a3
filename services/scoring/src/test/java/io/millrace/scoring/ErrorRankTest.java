package io.millrace.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ErrorRankTest {

  private final ErrorRank ranks = new ErrorRank(1_000);

  @Test
  void thereIsNoRankBeforeHalfAWindowWasSeen() {
    for (int i = 0; i < 500; i++) {
      assertThat(ranks.next(0.01)).isNull();
    }

    assertThat(ranks.next(0.01)).isEqualTo(1);
  }

  @Test
  void theRankIsTheShareOfThoseThatAreNotLarger() {
    var random = new Random(1);
    List<Double> seen = new ArrayList<>();
    for (int i = 0; i < 999; i++) {
      double error = random.nextDouble();
      seen.add(error);
      ranks.next(error);
    }

    double below = seen.stream().filter(error -> error <= 0.3).count();
    assertThat(ranks.next(0.3)).isEqualTo(below / seen.size(), within(0.01));
    assertThat(ranks.next(0)).isZero();
    assertThat(ranks.next(1)).isEqualTo(1);
    assertThat(ranks.quantile(0.5)).isEqualTo(0.5, within(0.05));
  }

  @Test
  void whatIsLongPastCountsNoMore() {
    for (int i = 0; i < 1_000; i++) {
      ranks.next(0.5);
    }
    for (int i = 0; i < 1_000; i++) {
      ranks.next(0.1);
    }

    assertThat(ranks.next(0.3)).isEqualTo(1);
    assertThat(ranks.next(0.05)).isZero();
  }

  @Test
  void theSameErrorsGetTheSameRanks() {
    var same = new ErrorRank(1_000);
    var random = new Random(2);

    for (int i = 0; i < 5_000; i++) {
      double error = Math.abs(random.nextGaussian());
      assertThat(ranks.next(error)).isEqualTo(same.next(error));
    }
  }

  @Test
  void errorsOfAnySizeAreRanked() {
    for (int i = 0; i < 500; i++) {
      ranks.next(1e-300);
    }

    assertThat(ranks.next(1e300)).isEqualTo(1);
    assertThat(ranks.next(0)).isPositive();
  }
}
