package io.millrace.learning.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class SamplingTest {

  private final Sampling sampling = new Sampling(1e-4);

  @Test
  void keepsEveryRareWord() {
    assertThat(sampling.kept(100, 1_000_000)).isEqualTo(Sampling.ALL);
    assertThat(Sampling.keeps(Sampling.ALL, new SplitMix64(1))).isTrue();
  }

  @Test
  void keepsOfAFrequentWordWhatTheFormulaSays() {
    double share = 0.05;
    int kept = sampling.kept(50_000, 1_000_000);
    var random = new SplitMix64(1);

    int count = 0;
    for (int i = 0; i < 100_000; i++) {
      count += Sampling.keeps(kept, random) ? 1 : 0;
    }

    assertThat(count / 100_000.0).isCloseTo(Math.sqrt(1e-4 / share) + 1e-4 / share, within(0.005));
  }

  @Test
  void withoutAThresholdKeepsAll() {
    assertThat(new Sampling(0).kept(999, 1_000)).isEqualTo(Sampling.ALL);
  }
}
