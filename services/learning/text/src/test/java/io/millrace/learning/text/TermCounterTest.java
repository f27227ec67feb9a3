package io.millrace.learning.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TermCounterTest {

  @Test
  void countsEachTermOnceInAscendingOrder() {
    TermCounts counts = new TermCounter(Analysis.STANDARD).count("to be or not to be");

    assertThat(counts.terms()).containsExactly("be", "not", "or", "to");
    assertThat(counts.count(0)).isEqualTo(2);
    assertThat(counts.count(1)).isEqualTo(1);
    assertThat(counts.tokens()).isEqualTo(6);
  }

  @Test
  void refusesTermsOutOfOrder() {
    assertThatThrownBy(() -> TermCounts.of(List.of("b", "a"), 1, 1))
        .hasMessage("terms must ascend: a after b");
    assertThatThrownBy(() -> TermCounts.of(List.of("a", "a"), 1, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesACountBelowOne() {
    assertThatThrownBy(() -> TermCounts.of(List.of("a"), 0))
        .hasMessage("a count must be >= 1, was 0");
  }
}
