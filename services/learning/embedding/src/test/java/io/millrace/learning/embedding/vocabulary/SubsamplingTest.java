package io.millrace.learning.embedding.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.learning.core.SplitMix64;
import org.junit.jupiter.api.Test;

final class SubsamplingTest {

  private final Subsampling sampling = new Subsampling(1e-4);

  @Test
  void keepsEveryRareWord() {
    assertThat(sampling.keepThreshold(100, 1_000_000)).isEqualTo(Subsampling.KEEP_ALL);
    assertThat(Subsampling.isKept(Subsampling.KEEP_ALL, new SplitMix64(1))).isTrue();
  }

  @Test
  void keepsOfAFrequentWordWhatTheFormulaSays() {
    double share = 0.05;
    int kept = sampling.keepThreshold(50_000, 1_000_000);
    var random = new SplitMix64(1);

    int count = 0;
    for (int i = 0; i < 100_000; i++) {
      count += Subsampling.isKept(kept, random) ? 1 : 0;
    }

    assertThat(count / 100_000.0).isCloseTo(Math.sqrt(1e-4 / share) + 1e-4 / share, within(0.005));
  }

  @Test
  void withoutAThresholdKeepsAll() {
    assertThat(new Subsampling(0).keepThreshold(999, 1_000)).isEqualTo(Subsampling.KEEP_ALL);
  }
}
