package io.millrace.learning.embedding.vocabulary;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.core.SplitMix64;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WordVocabularyTest {

  private static final int CAPACITY = 2_000;

  private final List<String> events = new ArrayList<>();
  private final WordVocabulary vocabulary = vocabulary();
  private long met;

  @Test
  void aWordGetsARowWhenItWasMetOftenEnough() {
    meet("rose", 2);
    assertThat(vocabulary.rowOf("rose")).isEqualTo(-1);
    meet("rose", 1);
    assertThat(vocabulary.rowOf("rose")).isZero();
    assertThat(vocabulary.count("rose")).isEqualTo(3);
    assertThat(vocabulary.wordAt(0)).isEqualTo("rose");
    assertThat(events).containsExactly("assigned rose 0");
  }

  @Test
  void neitherCountsTheEmptyWordNorTooLongOnes() {
    meet("", 1);
    meet("x".repeat(WordVocabulary.MAX_WORD_LENGTH + 1), 1);

    assertThat(vocabulary.size()).isZero();
  }

  @Test
  void forgetsTheRarestWordsWhenThereIsNoRoom() {
    meet("often", 10);
    meet("seldom", 3);
    meet("another", 4);
    fill(3);

    vocabulary.evictUnlessFits(100);

    assertThat(vocabulary.count("often")).isEqualTo(7);
    assertThat(vocabulary.count("another")).isEqualTo(1);
    assertThat(vocabulary.count("seldom")).isZero();
    assertThat(vocabulary.evicted()).isEqualTo(CAPACITY - 2);
    assertThat(vocabulary.evictedMass()).isEqualTo(3L * (CAPACITY - 2));
    assertThat(events).contains("released seldom 1").doesNotContain("released often 0");
  }

  @Test
  void givesFreedRowsAgainTheLowestFirst() {
    meet("often", 10);
    fill(3);
    vocabulary.evictUnlessFits(100);

    meet("late", 3);

    assertThat(vocabulary.rowOf("often")).isZero();
    assertThat(vocabulary.rowOf("late")).isEqualTo(1);
  }

  @Test
  void neverOverestimatesAndMissesNoFrequentWord() {
    var random = new SplitMix64(3);
    int frequent = 0;
    int met = 0;
    for (int i = 0; i < 100_000; i++) {
      vocabulary.evictUnlessFits(1);
      boolean hit = random.nextBelow(20) == 0;
      meet(hit ? "frequent" : "noise" + random.nextBelow(20_000), 1);
      frequent += hit ? 1 : 0;
      met++;
    }

    long count = vocabulary.count("frequent");

    assertThat(count).isLessThanOrEqualTo(frequent);
    assertThat((double) frequent - count).isLessThan(met / (CAPACITY * (1 - 0.125)));
  }

  @Test
  void neitherCountsWhatHasNoUtf8() {
    meet("\ud83e", 1);
    meet("\ud83e\udd8a", 1);

    assertThat(vocabulary.size()).isEqualTo(1);
  }

  private WordVocabulary vocabulary() {
    return new WordVocabulary(
        CAPACITY,
        0.125,
        3,
        0,
        new WordVocabulary.RowListener() {
          @Override
          public void rowAssigned(int row, String word) {
            events.add("assigned " + word + " " + row);
          }

          @Override
          public void rowReleased(int row, String word) {
            events.add("released " + word + " " + row);
          }
        });
  }

  private void meet(String word, int times) {
    for (int i = 0; i < times; i++) {
      int slot = vocabulary.slotOf(word);
      if (slot < 0) {
        vocabulary.countNewWord(word);
      } else {
        vocabulary.countOccurrence(slot);
      }
      met++;
    }
    vocabulary.finishCounting(met);
  }

  private void fill(int times) {
    for (int i = 0; vocabulary.size() < CAPACITY; i++) {
      meet("filler" + i, times);
    }
  }
}
