package io.millrace.search.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.search.words.SimilarWord;
import io.millrace.search.words.WordMap;
import io.millrace.search.words.WordStats;
import java.util.List;

/** Answers about words as JSON, the same over HTTP and on the command line. */
public final class WordJson {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private WordJson() {}

  /** The words nearest to one. */
  public static ObjectNode nearest(String word, List<SimilarWord> found) {
    return with(JSON.objectNode().put("word", word), found);
  }

  /** The words nearest to a vector. */
  public static ObjectNode nearest(float[] vector, List<SimilarWord> found) {
    ObjectNode object = JSON.objectNode();
    ArrayNode elements = object.putArray("vector");
    for (float element : vector) {
      elements.add(element);
    }
    return with(object, found);
  }

  /** The words that complete an analogy. */
  public static ObjectNode analogy(String a, String b, String c, List<SimilarWord> found) {
    return with(JSON.objectNode().put("a", a).put("b", b).put("c", c), found);
  }

  /** How similar two words are. */
  public static ObjectNode similarity(String a, String b, double similarity) {
    return JSON.objectNode().put("a", a).put("b", b).put("similarity", similarity);
  }

  /** Statistics of all words. */
  public static ObjectNode stats(WordStats stats) {
    return JSON.objectNode()
        .put("words", stats.words())
        .put("dimensions", stats.dimensions())
        .put("otherDimensions", stats.otherDimensions())
        .put("occurrences", stats.occurrences())
        .put("minCount", stats.minCount())
        .put("medianCount", stats.medianCount())
        .put("maxCount", stats.maxCount())
        .put("oldestVersion", stats.oldestVersion())
        .put("newestVersion", stats.newestVersion())
        .put("meanNorm", stats.meanNorm());
  }

  /** The words of a map. */
  static ObjectNode map(List<WordMap.WordPoint> places) {
    ObjectNode object = JSON.objectNode();
    ArrayNode array = object.putArray("words");
    for (WordMap.WordPoint it : places) {
      array
          .addObject()
          .put("word", it.word())
          .put("x", it.x())
          .put("y", it.y())
          .put("count", it.count());
    }
    return object;
  }

  private static ObjectNode with(ObjectNode object, List<SimilarWord> found) {
    ArrayNode nearest = object.putArray("nearest");
    for (SimilarWord it : found) {
      nearest
          .addObject()
          .put("word", it.word())
          .put("similarity", it.similarity())
          .put("count", it.count());
    }
    return object;
  }
}
