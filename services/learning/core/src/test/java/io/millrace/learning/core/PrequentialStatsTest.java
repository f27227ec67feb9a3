package io.millrace.learning.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class PrequentialStatsTest {

  /** Two examples of three classes. */
  private static final float[] SCORES = {2, 0, 5, 0, 1, -1};

  @Test
  void countsCorrectPredictionsAmongTheClassesKnownBefore() {
    PrequentialStats stats =
        PrequentialStats.NONE
            .plusLabelled(SCORES, 0, 3, 2, 0)
            .plusLabelled(SCORES, 0, 3, 3, 0)
            .plusLabelled(SCORES, 3, 3, 2, 1)
            .plusLabelled(SCORES, 3, 3, 0, 1);

    assertThat(stats.correct()).isEqualTo(2);
    assertThat(stats.accuracySince(PrequentialStats.NONE)).isEqualTo(0.5);
    assertThat(stats.wrongSince(PrequentialStats.NONE)).isEqualTo(2);
  }

  @Test
  void sumsTheCrossEntropyOverAllClasses() {
    PrequentialStats stats = PrequentialStats.NONE.plusLabelled(SCORES, 3, 2, 2, 1);

    assertThat(stats.lossSince(PrequentialStats.NONE))
        .isCloseTo(Math.log(1 + Math.exp(-1)), within(1e-12));
  }

  @Test
  void accuracyAndLossLeaveOutExamplesWithoutAUsableLabel() {
    PrequentialStats before = PrequentialStats.NONE.plusLabelled(SCORES, 3, 3, 3, 0);

    PrequentialStats stats = before.plusUnlabelled().plusRefused().plusLabelled(SCORES, 3, 3, 3, 1);

    assertThat(stats.examplesSince(before)).isEqualTo(3);
    assertThat(stats.labelledSince(before)).isEqualTo(1);
    assertThat(stats.refused()).isEqualTo(1);
    assertThat(stats.accuracySince(before)).isEqualTo(1);
    assertThat(stats.accuracySince(stats)).isNaN();
  }
}
