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
    assertThat(vocabulary.observe("a", 0)).isZero();
    assertThat(vocabulary.observe("b", 0)).isEqualTo(1);
    assertThat(vocabulary.observe("a", 1)).isZero();

    assertThat(born).containsExactly("0 a", "1 b");
    assertThat(vocabulary.count(0)).isEqualTo(2);
    assertThat(vocabulary.terms()).containsExactly("a", "b");
    assertThat(vocabulary.row("c")).isEqualTo(TermVocabulary.NONE);
  }

  @Test
  void forgetsTheRarestAndOfThoseTheLongestUnseen() {
    fill(0);
    IntStream.range(0, CAPACITY).filter(i -> i != 3 && i != 5 && i != 9).forEach(i -> meet(i, 1));
    meet(9, 2);
    meet(3, 3);
    meet(5, 4);
    IntStream.range(0, CAPACITY).filter(i -> i != 3 && i != 5 && i != 9).forEach(i -> meet(i, 5));

    int row = vocabulary.observe("new", 6);

    assertThat(row).isEqualTo(3);
    assertThat(vocabulary.row("t3")).isEqualTo(TermVocabulary.NONE);
    assertThat(vocabulary.row("t9")).isEqualTo(TermVocabulary.NONE);
    assertThat(vocabulary.row("t5")).isEqualTo(5);
    assertThat(vocabulary.evicted()).isEqualTo(2);
    assertThat(vocabulary.size()).isEqualTo(CAPACITY - 1);
    assertThat(vocabulary.observe("newer", 7)).isEqualTo(9);
  }

  @Test
  void whatWasCommonLongAgoGivesWayInTheEnd() {
    vocabulary.observe("old", 0);
    for (int batch = 1; batch < 100; batch++) {
      vocabulary.observe("old", batch);
    }

    for (int batch = 100; batch < 2_000 && vocabulary.row("old") >= 0; batch++) {
      for (int i = 0; i < CAPACITY - 1; i++) {
        vocabulary.observe("new" + batch + "." + i, batch);
        vocabulary.observe("new" + (batch - 1) + "." + i, batch);
      }
    }

    assertThat(vocabulary.row("old")).isEqualTo(TermVocabulary.NONE);
  }

  @Test
  void neverForgetsATermOfTheSameBatch() {
    fill(1);

    assertThat(vocabulary.observe("new", 1)).isEqualTo(TermVocabulary.NONE);
    assertThat(vocabulary.observe("new", 1)).isEqualTo(TermVocabulary.NONE);
    assertThat(vocabulary.ignored()).isEqualTo(2);
    assertThat(vocabulary.evicted()).isZero();
    assertThat(vocabulary.observe("new", 2)).isZero();
  }

  @Test
  void ignoresTermsThatAModelFileCannotHold() {
    assertThat(vocabulary.observe("", 0)).isEqualTo(TermVocabulary.NONE);
    assertThat(vocabulary.observe("two\nlines", 0)).isEqualTo(TermVocabulary.NONE);
    assertThat(vocabulary.observe("\ud83d", 0)).isEqualTo(TermVocabulary.NONE);
    assertThat(vocabulary.observe("x".repeat(65), 0)).isEqualTo(TermVocabulary.NONE);
    assertThat(vocabulary.ignored()).isEqualTo(4);

    assertThat(vocabulary.observe("x".repeat(64), 0)).isZero();
    assertThat(vocabulary.observe("\ud83d\ude00", 0)).isEqualTo(1);
    assertThat(vocabulary.observe("straße und \"mehr\"", 0)).isEqualTo(2);
  }

  @Test
  void tellsWhichRowsChanged() {
    fill(0);
    vocabulary.changed().clear();

    meet(4, 1);
    assertThat(vocabulary.changed().stream()).containsExactly(4);

    vocabulary.observe("new", 2);
    assertThat(vocabulary.changed().cardinality()).isEqualTo(CAPACITY);
  }

  private void fill(long batch) {
    IntStream.range(0, CAPACITY).forEach(i -> meet(i, batch));
  }

  private void meet(int number, long batch) {
    vocabulary.observe("t" + number, batch);
  }
}
