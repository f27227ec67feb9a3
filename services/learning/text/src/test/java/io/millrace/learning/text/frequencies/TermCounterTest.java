package io.millrace.learning.text.frequencies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.learning.text.analysis.Analysis;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
  void stopsWhereATextHasMoreDifferentTermsThanItMay() {
    int most = 1000 * (4 + TermCounter.TERM_OVERHEAD_BYTES);
    var counter = new TermCounter(Analysis.STANDARD, new DocumentFrequencyTable(), most);
    String enough = words(1000) + words(1000);

    assertThat(counter.count(enough).size()).isEqualTo(1000);
    assertThatThrownBy(() -> counter.count(words(1_000_000)))
        .isInstanceOf(TooManyTermsException.class)
        .hasMessage("its different terms do not fit into 17000 bytes; 1024 were counted");
    assertThat(counter.count(enough).size()).isEqualTo(1000);
  }

  private static String words(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "w" + Integer.toString(i + 1_000, 36) + " ")
        .collect(Collectors.joining());
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
