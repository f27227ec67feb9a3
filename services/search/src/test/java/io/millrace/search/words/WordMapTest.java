package io.millrace.search.words;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.WordVector;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WordMapTest {

  private final WordTable table = new WordTable(1000);
  private final WordMap map = new WordMap(table);

  @Test
  void similarWordsLieTogetherAndOthersApart() {
    word("cat", 9, 1, 0.1f, 0);
    word("dog", 8, 1, 0.2f, 0);
    word("red", 7, 0, 0.1f, 1);
    word("blue", 6, 0, 0.2f, 1);

    List<WordMap.WordPoint> places = map.places(4);

    assertThat(places)
        .extracting(WordMap.WordPoint::word)
        .containsExactly("cat", "dog", "red", "blue");
    assertThat(distance(places.get(0), places.get(1)))
        .isLessThan(distance(places.get(0), places.get(2)) / 4);
    assertThat(places.getFirst().x()).isPositive();
  }

  @Test
  void onlyTheMostFrequentWordsAreOnIt() {
    word("rare", 1, 1, 0, 0);
    word("often", 9, 0, 1, 0);
    word("usual", 5, 0, 0, 1);

    assertThat(map.places(2)).extracting(WordMap.WordPoint::word).containsExactly("often", "usual");
  }

  @Test
  void itIsKeptUntilTheVectorsChange() {
    word("cat", 9, 1, 0, 0);
    List<WordMap.WordPoint> first = map.places(5);

    assertThat(map.places(5)).isSameAs(first);
    word("dog", 8, 0, 1, 0);

    assertThat(map.places(5)).hasSize(2);
  }

  @Test
  void noWordsAndEqualWordsHaveAMapToo() {
    assertThat(map.places(5)).isEmpty();
    word("cat", 9, 1, 0, 0);
    word("dog", 8, 1, 0, 0);

    assertThat(map.places(5)).allSatisfy(it -> assertThat(it.x()).isZero());
  }

  private static double distance(WordMap.WordPoint a, WordMap.WordPoint b) {
    return Math.hypot(a.x() - b.x(), a.y() - b.y());
  }

  private void word(String word, long count, float... vector) {
    List<Float> numbers = new ArrayList<>();
    for (float number : vector) {
      numbers.add(number);
    }
    table.update(
        word.getBytes(UTF_8),
        AvroCodec.of(WordVector.class).encode(new WordVector(numbers, count, 1L)));
  }
}
