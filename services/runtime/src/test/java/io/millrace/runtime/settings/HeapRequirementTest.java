package io.millrace.runtime.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HeapRequirementTest {

  private static final long HEAP = 512L << 20;

  @Test
  void whatTheHeapHoldsIsAccepted() {
    var needs = List.of(HeapRequirement.of("vision.replay.capacity", 10_000, 848));

    assertThat(HeapRequirement.problem("vision", needs, HEAP)).isEmpty();
  }

  @Test
  void whatItCannotHoldIsRefusedWithWhatToSet() {
    var needs =
        List.of(
            HeapRequirement.of("vision.buffer.records", 1_000, 3_200),
            HeapRequirement.of("vision.replay.capacity", 1_000_000, 848));

    assertThat(HeapRequirement.problem("vision", needs, HEAP))
        .contains(
            "vision needs 812 MiB of heap at the bounds of its settings"
                + " (vision.replay.capacity=1000000: 809 MiB, vision.buffer.records=1000: 4 MiB),"
                + " but three quarters of the heap are 384 MiB: give the process a heap of 1,083"
                + " MiB (-Xmx, or twice that as the container's limit), or lower a setting");
  }

  @Test
  void defaultsThatDoNotFitAreAWarningAndWhatWasSetIsRefused() {
    var needs = List.of(HeapRequirement.of("vision.replay.capacity", 1L << 40, 1_024));
    Settings set = Settings.of(Map.of("vision.replay.capacity", Long.toString(1L << 40)));

    assertThatCode(() -> HeapRequirement.review(Settings.of(Map.of()), "vision", needs))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> HeapRequirement.review(set, "vision", needs))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("vision.replay.capacity=1099511627776");
  }

  @Test
  void aNeedBeyondAllNumbersIsNotTakenForASmallOne() {
    assertThatThrownBy(() -> HeapRequirement.of("vision.replay.capacity", Long.MAX_VALUE, 2))
        .isInstanceOf(ArithmeticException.class);
  }
}
