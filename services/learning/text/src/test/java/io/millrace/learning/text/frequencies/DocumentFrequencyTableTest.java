package io.millrace.learning.text.frequencies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class DocumentFrequencyTableTest {

  private static final List<String> VOCABULARY = List.of("ash", "birch", "cedar", "elm", "fir");

  /** What may happen to a document: new or again with these terms, or gone if there are none. */
  private record Change(String id, Set<String> terms, boolean gone) {}

  @Property
  void equalsCountingTheLiveDocumentsFromTheStart(@ForAll("changes") List<Change> changes) {
    var frequencies = new DocumentFrequencyTable();
    Map<String, Set<String>> live = new HashMap<>();

    for (Change change : changes) {
      Set<String> earlier =
          change.gone() ? live.remove(change.id()) : live.put(change.id(), change.terms());
      if (earlier != null) {
        frequencies.remove(earlier);
      }
      if (!change.gone()) {
        frequencies.insert(change.terms());
      }

      assertThat(frequencies.documents()).isEqualTo(live.size());
      for (String term : VOCABULARY) {
        assertThat(frequencies.docFreq(term)).isEqualTo(holding(live, term));
      }
      assertThat(frequencies.terms())
          .isEqualTo((int) VOCABULARY.stream().filter(term -> holding(live, term) > 0).count());
    }
  }

  @Provide
  Arbitrary<List<Change>> changes() {
    return Combinators.combine(
            Arbitraries.of("1", "2", "3", "4"),
            Arbitraries.of(VOCABULARY).set(),
            Arbitraries.of(true, false, false))
        .as(Change::new)
        .list()
        .ofMaxSize(60);
  }

  @Example
  void neverCountsBelowZero() {
    var frequencies = new DocumentFrequencyTable();
    frequencies.insert(Set.of("ash"));

    assertThatThrownBy(() -> frequencies.remove(Set.of("birch")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("birch");
  }

  @Example
  void hasNoMoreDocumentsToRemoveThanItHas() {
    var frequencies = new DocumentFrequencyTable();

    assertThatThrownBy(() -> frequencies.remove(Set.of()))
        .isInstanceOf(IllegalStateException.class);
  }

  private static long holding(Map<String, Set<String>> live, String term) {
    return live.values().stream().filter(terms -> terms.contains(term)).count();
  }
}
