package io.millrace.learning.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SplitMix64Test {

  @Test
  void givesTheReferenceSequence() {
    var random = new SplitMix64(1234567);

    assertThat(random.nextLong()).isEqualTo(6457827717110365317L);
    assertThat(random.nextLong()).isEqualTo(3203168211198807973L);
    assertThat(random.nextLong()).isEqualTo(Long.parseUnsignedLong("9817491932198370423"));
    assertThat(random.nextLong()).isEqualTo(4593380528125082431L);
  }

  @Test
  void itsStateContinuesTheSequence() {
    var random = new SplitMix64(7);
    random.nextLong();

    var continued = new SplitMix64(random.state());

    assertThat(continued.nextLong()).isEqualTo(random.nextLong());
  }

  @Test
  void staysBelowTheBound() {
    var random = new SplitMix64(7);

    for (int i = 0; i < 1_000; i++) {
      assertThat(random.nextBelow(3L)).isBetween(0L, 2L);
      assertThat(random.nextBelow(3)).isBetween(0, 2);
      assertThat(random.nextDouble()).isGreaterThanOrEqualTo(0).isLessThan(1);
    }
  }
}
