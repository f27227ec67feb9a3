package io.millrace.search.words;

import static io.millrace.search.words.TestWords.put;
import static io.millrace.search.words.TestWords.remove;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class WordTableTest {

  private static final int MAX_WORDS = 3;

  private final WordTable table = new WordTable(MAX_WORDS);

  @Test
  void aNewVectorReplacesTheOneBefore() {
    put(table, "a", 1, 1, 0);
    put(table, "a", 2, 0, 1);

    assertThat(table.size()).isEqualTo(1);
    assertThat(table.vectors().vector("a")).contains(new float[] {0, 1});
    assertThat(table.published("a").orElseThrow().count()).isEqualTo(2);
  }

  @Test
  void aTombstoneTakesAWordOut() {
    put(table, "a", 1, 1, 0);

    assertThat(remove(table, "a")).isTrue();
    assertThat(remove(table, "never there")).isTrue();

    assertThat(table.size()).isZero();
    assertThat(table.vectors().size()).isZero();
  }

  @Test
  void whatNoModelWritesCannotBeUsed() {
    byte[] key = {'a'};

    assertThat(table.update(null, null)).isFalse();
    assertThat(table.update(new byte[0], null)).isFalse();
    assertThat(table.update(new byte[] {(byte) 0xff}, null)).isFalse();
    assertThat(table.update(key, new byte[] {1, 2, 3})).isFalse();
    assertThat(put(table, "a", 1)).isFalse();
    assertThat(put(table, "a", 1, Float.NaN)).isFalse();
    assertThat(put(table, "a", -1, 1)).isFalse();
    assertThat(put(table, "a", 1, new float[1025])).isFalse();
    assertThat(table.size()).isZero();
  }

  @Test
  void wordsBeyondTheBoundAreLeftOutAndCounted() {
    put(table, "a", 1, 1);
    put(table, "b", 1, 1);
    put(table, "c", 1, 1);

    assertThat(put(table, "d", 1, 1)).isTrue();
    put(table, "a", 7, 1);
    assertThat(table.size()).isEqualTo(MAX_WORDS);
    assertThat(table.dropped()).isEqualTo(1);
    assertThat(table.published("a").orElseThrow().count()).isEqualTo(7);

    remove(table, "b");
    put(table, "d", 1, 1);
    assertThat(table.published("d")).isPresent();
  }

  @Test
  void theLengthOfMostWordsIsSearched() {
    put(table, "a", 1, 1, 0);
    put(table, "b", 1, 1, 0);
    put(table, "c", 1, 1, 2, 3);

    assertThat(table.vectors().dimensions()).isEqualTo(2);
    assertThat(table.published("c")).isEmpty();

    put(table, "b", 1, 1, 2, 3);
    assertThat(table.vectors().dimensions()).isEqualTo(3);
    assertThat(table.size()).isEqualTo(3);
    assertThat(table.published("a")).isEmpty();
  }

  @Test
  void lengthsWithoutWordsAreForgotten() {
    for (int length = 1; length <= 100; length++) {
      assertThat(put(table, "a", 1, new float[length])).isTrue();
    }

    assertThat(table.vectors().dimensions()).isEqualTo(100);
    assertThat(table.size()).isEqualTo(1);
  }

  @Test
  void tooManyLengthsAtATimeAreGarbage() {
    var larger = new WordTable(100);
    for (int length = 1; length <= 4; length++) {
      assertThat(put(larger, "w" + length, 1, new float[length])).isTrue();
    }

    assertThat(put(larger, "w5", 1, new float[5])).isFalse();
    assertThat(put(larger, "w6", 1, new float[4])).isTrue();
  }
}
