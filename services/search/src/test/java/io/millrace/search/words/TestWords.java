package io.millrace.search.words;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.WordVector;
import java.util.ArrayList;
import java.util.List;

/** Word vectors for tests. */
public final class TestWords {

  private static final AvroCodec<WordVector> AVRO = AvroCodec.of(WordVector.class);

  private TestWords() {}

  /** What is published of a word. */
  public static WordVector vector(long count, long version, float... vector) {
    List<Float> elements = new ArrayList<>();
    for (float element : vector) {
      elements.add(element);
    }
    return new WordVector(elements, count, version);
  }

  static boolean put(WordTable table, String word, long count, float... vector) {
    return table.update(word.getBytes(UTF_8), AVRO.encode(vector(count, 1, vector)));
  }

  static boolean remove(WordTable table, String word) {
    return table.update(word.getBytes(UTF_8), null);
  }
}
