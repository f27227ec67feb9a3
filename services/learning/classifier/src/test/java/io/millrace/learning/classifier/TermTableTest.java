package io.millrace.learning.classifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TermTableTest {

  private final TermTable table = new TermTable();

  @Test
  void findsWhatAMapFindsWhileTermsComeAndGo() {
    var random = new Random(7);
    Map<String, Integer> expected = new HashMap<>();
    List<Integer> free = new ArrayList<>();
    int rows = 0;
    for (int step = 0; step < 50_000; step++) {
      String term = "t".repeat(random.nextInt(14)) + random.nextInt(900);
      Integer row = expected.get(term);
      assertThat(row(term)).isEqualTo(row == null ? TermTable.NONE : row);
      if (row == null) {
        int next = free.isEmpty() ? rows++ : free.removeLast();
        assertThat(table.put(term, next)).isTrue();
        expected.put(term, next);
      } else if (random.nextBoolean()) {
        table.remove(row);
        expected.remove(term);
        free.add(row);
      }
      assertThat(table.size()).isEqualTo(expected.size());
    }
    expected.forEach((term, row) -> {
      assertThat(row(term)).isEqualTo(row);
      assertThat(table.term(row)).isEqualTo(term);
    });
  }

  @Test
  void tellsTermsApartThatDifferOnlyInTheirEnds() {
    List<String> terms =
        List.of("a", "a\0", "abcdefg", "abcdefg\7", "abcdefgh", "abcdefghi", "abcdefghj", "straße");
    for (int row = 0; row < terms.size(); row++) {
      assertThat(table.put(terms.get(row), row)).isTrue();
    }

    for (int row = 0; row < terms.size(); row++) {
      assertThat(row(terms.get(row))).isEqualTo(row);
      assertThat(table.put(terms.get(row), 20)).isFalse();
    }
    assertThat(row("")).isEqualTo(TermTable.NONE);
    assertThat(row("abcdefgi")).isEqualTo(TermTable.NONE);
  }

  private int row(String term) {
    return table.row(TermVector.of(List.of(term), List.of(1.0)), 0);
  }
}
