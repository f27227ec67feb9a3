package io.millrace.learning.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RarestTest {

  private static final int TERMS = 10_000;

  private final TermText text = new TermText();

  @Test
  void whoGoesDoesNotDependOnThePlacesInTheTable() {
    TermTable<Term> table = new TermTable<>();
    IntStream.range(0, TERMS).forEach(i -> add(table, i));
    TermTable<Term> otherwise = new TermTable<>();
    IntStream.range(0, 9 * TERMS).forEach(i -> add(otherwise, TERMS - 1 - i));
    otherwise.forEach(term -> term.documents = term.text().startsWith("-") ? 0 : term.documents);

    for (int round = 1; round < 4; round++) {
      assertThat(texts(Rarest.of(table, 1234, round)))
          .hasSize(1234)
          .isEqualTo(texts(Rarest.of(otherwise, 1234, round)));
    }
  }

  @Test
  void ofEqualOnesOthersGoInEachRoundAndTheRarerAlways() {
    TermTable<Term> table = new TermTable<>();
    IntStream.range(0, TERMS).forEach(i -> add(table, i));

    Set<String> first = texts(Rarest.of(table, TERMS / 10, 1));
    Set<String> second = texts(Rarest.of(table, TERMS / 10, 2));

    Set<String> rare = new HashSet<>();
    IntStream.iterate(0, i -> i < TERMS, i -> i + 100).forEach(i -> rare.add(i + " in common"));
    assertThat(first).containsAll(rare);
    assertThat(second).containsAll(rare);
    first.retainAll(second);
    assertThat(first).hasSizeLessThan(TERMS / 20);
  }

  /** Every hundredth is in one document, the others are in two. */
  private void add(TermTable<Term> table, int i) {
    text.set(i + " in common");
    var term = new Term(text);
    term.documents = i % 100 == 0 ? 1 : 2;
    table.add(term);
  }

  private static Set<String> texts(List<Term> terms) {
    return terms.stream().map(Term::text).collect(Collectors.toSet());
  }
}
