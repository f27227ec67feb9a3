package io.millrace.learning.text.frequencies;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.text.analysis.Analysis;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EvictionTest {

  private static final int STREAMS = 3;

  /** A document with its place. */
  private record Placed(int stream, long position, List<String> terms) {}

  private final List<Placed> live = new ArrayList<>();
  private final long[] next = new long[STREAMS];

  /** What each term must count: the live documents since it was last new. */
  private final Map<String, List<Placed>> counted = new HashMap<>();

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 50, 400})
  void aTermCountsExactlyTheLiveDocumentsSinceItCameIn(int capacity) {
    var frequencies = new DocumentFrequencyTable(capacity);
    var random = new Random(capacity);
    for (int step = 0; step < 20_000; step++) {
      // The set grows for a while, then shrinks, and again.
      if (live.isEmpty() || random.nextInt(10) < (step / 2000 % 2 == 0 ? 6 : 4)) {
        insert(document(random), frequencies);
      } else {
        remove(live.remove(random.nextInt(live.size())), frequencies);
      }
      if (step % 100 == 0) {
        areThose(frequencies);
      }
    }

    while (!live.isEmpty()) {
      remove(live.removeLast(), frequencies);
    }
    areThose(frequencies);
    assertThat(frequencies.terms()).isZero();
    assertThat(frequencies.documents()).isZero();
    assertThat(frequencies.isApproximate()).isTrue();
  }

  private void insert(Placed document, DocumentFrequencyTable frequencies) {
    live.add(document);
    frequencies.insert(bag(document, frequencies), document.stream(), document.position());
    document
        .terms()
        .forEach(term -> counted.computeIfAbsent(term, _ -> new ArrayList<>()).add(document));
    counted.keySet().removeIf(term -> frequencies.docFreq(term) == 0);
  }

  private void remove(Placed document, DocumentFrequencyTable frequencies) {
    frequencies.remove(bag(document, frequencies), document.stream(), document.position());
    document.terms().stream()
        .filter(counted::containsKey)
        .forEach(term -> counted.get(term).remove(document));
  }

  private void areThose(DocumentFrequencyTable frequencies) {
    assertThat(frequencies.documents()).isEqualTo(live.size());
    counted.forEach((term, documents) ->
        assertThat(frequencies.docFreq(term)).as(term).isEqualTo(documents.size()));
    assertThat(frequencies.terms())
        .isEqualTo((int) counted.values().stream().filter(list -> !list.isEmpty()).count());
  }

  private Placed document(Random random) {
    var terms = new TreeSet<String>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      terms.add("t" + random.nextInt(1 + random.nextInt(1000)));
    }
    int stream = random.nextInt(STREAMS);
    return new Placed(stream, next[stream]++, List.copyOf(terms));
  }

  private static TermBag bag(Placed document, DocumentFrequencyTable frequencies) {
    return new TermCounter(Analysis.STANDARD, frequencies).bag(String.join(" ", document.terms()));
  }

  @Test
  void theRarestGo() {
    var frequencies = new DocumentFrequencyTable(8);
    for (int i = 0; i < 3; i++) {
      frequencies.insert(List.of("a", "b", "c", "d", "e", "f", "g"));
    }
    insert(new Placed(0, 0, List.of("a", "h", "i")), frequencies);

    assertThat(frequencies.terms()).isEqualTo(7);
    assertThat(frequencies.evicted()).isEqualTo(2);
    assertThat(frequencies.docFreq("a")).isEqualTo(4);
    assertThat(frequencies.docFreq("g")).isEqualTo(3);
    assertThat(frequencies.docFreq("h") + frequencies.docFreq("i")).isZero();
  }

  @Test
  void isExactWhileTheTermsAreNoMoreThanTheCapacity() {
    var frequencies = new DocumentFrequencyTable(3);
    frequencies.insert(List.of("a", "b", "c"));

    assertThat(frequencies.isApproximate()).isFalse();
    assertThat(frequencies.summary()).isEqualTo(new PartitionSummary(1, 0, -1));
  }

  @Test
  void countedASecondTimeTheTermsThatStayedMissNoDocument() {
    var frequencies = new DocumentFrequencyTable(40);
    var random = new Random(3);
    for (int i = 0; i < 500; i++) {
      insert(document(random), frequencies);
    }

    frequencies.resetCounts();
    live.forEach(document ->
        frequencies.recount(bag(document, frequencies), document.stream(), document.position()));

    assertThat(frequencies.documents()).isEqualTo(500);
    assertThat(frequencies.terms()).isBetween(30, 40);
    for (int i = 0; i < 1000; i++) {
      String term = "t" + i;
      assertThat(frequencies.docFreq(term))
          .isIn(0L, live.stream().filter(it -> it.terms().contains(term)).count());
    }
    live.forEach(document ->
        frequencies.remove(bag(document, frequencies), document.stream(), document.position()));
    assertThat(frequencies.terms()).isZero();
  }

  @Test
  void othersLearnThatTermsWereEvictedAndCountThemNoLonger() {
    var frequencies = new DocumentFrequencyTable(4);
    var log = new FrequencyLog(frequencies, 0, 0);
    var view = new PublishedFrequencies();
    frequencies.insert(List.of("a", "b", "c", "d"));
    log.publish().blocks().forEach(batch -> view.put(0, batch));
    assertThat(view.with(1, new DocumentFrequencyTable()).isApproximate()).isFalse();

    insert(new Placed(0, 0, List.of("e", "f")), frequencies);
    insert(new Placed(0, 1, List.of("a", "b", "c", "d", "e", "f")), frequencies);
    frequencies.observe(77);
    log.publish().blocks().forEach(batch -> view.put(0, batch));

    var others = view.with(1, new DocumentFrequencyTable());
    assertThat(others.isApproximate()).isTrue();
    assertThat(view.streamTime()).isEqualTo(77);
    assertThat(view.terms()).isEqualTo(frequencies.terms()).isLessThanOrEqualTo(4);
    for (String term : List.of("a", "b", "c", "d", "e", "f")) {
      assertThat(others.docFreq(term)).isEqualTo(frequencies.docFreq(term));
    }
  }
}
