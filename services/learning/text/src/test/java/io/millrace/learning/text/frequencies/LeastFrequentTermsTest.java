package io.millrace.learning.text.frequencies;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LeastFrequentTermsTest {

  private static final int TERMS = 10_000;

  private final TermTextBuffer text = new TermTextBuffer();

  @Test
  void whoGoesDoesNotDependOnThePlacesInTheTable() {
    TermHashTable<Term> table = new TermHashTable<>();
    IntStream.range(0, TERMS).forEach(i -> add(table, i));
    TermHashTable<Term> otherwise = new TermHashTable<>();
    IntStream.range(0, 9 * TERMS).forEach(i -> add(otherwise, TERMS - 1 - i));
    otherwise.forEach(term -> term.docFreq = term.text().startsWith("-") ? 0 : term.docFreq);

    for (int round = 1; round < 4; round++) {
      assertThat(texts(LeastFrequentTerms.select(table, 1234, round)))
          .hasSize(1234)
          .isEqualTo(texts(LeastFrequentTerms.select(otherwise, 1234, round)));
    }
  }

  @Test
  void ofEqualOnesOthersGoInEachRoundAndTheRarerAlways() {
    TermHashTable<Term> table = new TermHashTable<>();
    IntStream.range(0, TERMS).forEach(i -> add(table, i));

    Set<String> first = texts(LeastFrequentTerms.select(table, TERMS / 10, 1));
    Set<String> second = texts(LeastFrequentTerms.select(table, TERMS / 10, 2));

    Set<String> rare = new HashSet<>();
    IntStream.iterate(0, i -> i < TERMS, i -> i + 100).forEach(i -> rare.add(i + " in common"));
    assertThat(first).containsAll(rare);
    assertThat(second).containsAll(rare);
    first.retainAll(second);
    assertThat(first).hasSizeLessThan(TERMS / 20);
  }

  /** Every hundredth is in one document, the others are in two. */
  private void add(TermHashTable<Term> table, int i) {
    text.set(i + " in common");
    var term = new Term(text);
    term.docFreq = i % 100 == 0 ? 1 : 2;
    table.add(term);
  }

  private static Set<String> texts(List<Term> terms) {
    return terms.stream().map(Term::text).collect(Collectors.toSet());
  }
}
