package io.millrace.learning.classifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TermVocabularyTest {

  private static final int CAPACITY = 16;

  private final List<String> born = new ArrayList<>();
  private final TermVocabulary vocabulary =
      new TermVocabulary(CAPACITY, (row, term) -> born.add(row + " " + term));

  @Test
  void givesTheLowestFreeRowAtTheFirstSight() {
    assertThat(observe("a", 0)).isZero();
    assertThat(observe("b", 0)).isEqualTo(1);
    assertThat(observe("a", 1)).isZero();

    assertThat(born).containsExactly("0 a", "1 b");
    assertThat(vocabulary.count(0)).isEqualTo(2);
    assertThat(vocabulary.terms()).containsExactly("a", "b");
    assertThat(row("c")).isEqualTo(TermVocabulary.NONE);
  }

  @Test
  void forgetsTheRarestAndOfThoseTheLongestUnseen() {
    fill(0);
    IntStream.range(0, CAPACITY).filter(i -> i != 3 && i != 5 && i != 9).forEach(i -> meet(i, 1));
    meet(9, 2);
    meet(3, 3);
    meet(5, 4);
    IntStream.range(0, CAPACITY).filter(i -> i != 3 && i != 5 && i != 9).forEach(i -> meet(i, 5));

    int row = observe("new", 6);

    assertThat(row).isEqualTo(3);
    assertThat(row("t3")).isEqualTo(TermVocabulary.NONE);
    assertThat(row("t9")).isEqualTo(TermVocabulary.NONE);
    assertThat(row("t5")).isEqualTo(5);
    assertThat(vocabulary.evicted()).isEqualTo(2);
    assertThat(vocabulary.size()).isEqualTo(CAPACITY - 1);
    assertThat(observe("newer", 7)).isEqualTo(9);
  }

  @Test
  void whatWasCommonLongAgoGivesWayInTheEnd() {
    observe("old", 0);
    for (int batch = 1; batch < 100; batch++) {
      observe("old", batch);
    }

    for (int batch = 100; batch < 2_000 && row("old") >= 0; batch++) {
      for (int i = 0; i < CAPACITY - 1; i++) {
        observe("new" + batch + "." + i, batch);
        observe("new" + (batch - 1) + "." + i, batch);
      }
    }

    assertThat(row("old")).isEqualTo(TermVocabulary.NONE);
  }

  @Test
  void neverForgetsATermOfTheSameBatch() {
    fill(1);

    assertThat(observe("new", 1)).isEqualTo(TermVocabulary.NONE);
    assertThat(observe("new", 1)).isEqualTo(TermVocabulary.NONE);
    assertThat(vocabulary.ignored()).isEqualTo(2);
    assertThat(vocabulary.evicted()).isZero();
    assertThat(observe("new", 2)).isZero();
  }

  @Test
  void ignoresTermsThatAModelFileCannotHold() {
    assertThat(observe("", 0)).isEqualTo(TermVocabulary.NONE);
    assertThat(observe("two\nlines", 0)).isEqualTo(TermVocabulary.NONE);
    assertThat(observe("x".repeat(65), 0)).isEqualTo(TermVocabulary.NONE);
    assertThat(vocabulary.ignored()).isEqualTo(3);

    assertThat(observe("x".repeat(64), 0)).isZero();
    assertThat(observe("\ud83d\ude00", 0)).isEqualTo(1);
    assertThat(observe("straße und \"mehr\"", 0)).isEqualTo(2);
  }

  @Test
  void tellsWhichRowsChanged() {
    fill(0);
    vocabulary.changed().clear();

    meet(4, 1);
    assertThat(vocabulary.changed().stream()).containsExactly(4);

    observe("new", 2);
    assertThat(vocabulary.changed().cardinality()).isEqualTo(CAPACITY);
  }

  private void fill(long batch) {
    IntStream.range(0, CAPACITY).forEach(i -> meet(i, batch));
  }

  private void meet(int number, long batch) {
    observe("t" + number, batch);
  }

  private int observe(String term, long batch) {
    return vocabulary.observe(vector(term), 0, batch);
  }

  private int row(String term) {
    return vocabulary.row(vector(term), 0);
  }

  private static TermVector vector(String term) {
    return TermVector.of(List.of(term), List.of(1.0));
  }
}
