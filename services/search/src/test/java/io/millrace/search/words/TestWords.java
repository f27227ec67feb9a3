package io.millrace.search.words;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.Avro;
import io.millrace.schemas.avro.WordVector;
import java.util.ArrayList;
import java.util.List;

/** Word vectors for tests. */
public final class TestWords {

  private static final Avro<WordVector> AVRO = Avro.of(WordVector.class);

  private TestWords() {}

  /** What is published of a word. */
  public static WordVector vector(long count, long version, float... vector) {
    List<Float> elements = new ArrayList<>();
    for (float element : vector) {
      elements.add(element);
    }
    return new WordVector(elements, count, version);
  }

  static boolean take(WordTable table, String word, long count, float... vector) {
    return table.take(word.getBytes(UTF_8), AVRO.encode(vector(count, 1, vector)));
  }

  static boolean remove(WordTable table, String word) {
    return table.take(word.getBytes(UTF_8), null);
  }
}
