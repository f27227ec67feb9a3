package io.millrace.runtime.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HeapCapacityTest {

  private static final long HALF_OF_A_GIBIBYTE = 512L << 20;

  @Test
  void aCapacityBeyondTheHeapIsLoweredToWhatItsShareHolds() {
    int fits =
        HeapCapacity.fitting("text.vocabulary.capacity", 4_000_000, 420, 0.5, HALF_OF_A_GIBIBYTE);

    assertThat(fits).isEqualTo(639_132);
    assertThat(fits * 420L).isLessThanOrEqualTo(HALF_OF_A_GIBIBYTE / 2);
  }

  @Test
  void aCapacityThatFitsStays() {
    assertThat(HeapCapacity.fitting("text.vocabulary.capacity", 4_000_000, 420, 0.5, 8L << 30))
        .isEqualTo(4_000_000);
  }
}
