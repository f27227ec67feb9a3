package io.millrace.embedding;

import io.millrace.learning.embedding.Neighbour;
import io.millrace.learning.embedding.Neighbours;
import io.millrace.runtime.CommittedReader;
import io.millrace.runtime.Settings;
import io.millrace.schemas.avro.WordVector;
import io.millrace.topics.Topic;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The word vectors as they were published at one moment. Immutable; safe for several threads. */
public final class WordVectors {

  /** A word's vector as published, {@code float[dimensions]}, and how often it had been met. */
  private record Published(float[] vector, long count) {}

  private final Map<String, Published> published;
  private final Neighbours neighbours;

  private WordVectors(Map<String, Published> published) {
    this.published = published;
    Map<String, float[]> vectors = new TreeMap<>();
    published.forEach((word, value) -> vectors.put(word, value.vector()));
    this.neighbours = Neighbours.of(vectors);
  }

  /** Reads all that is committed now. */
  public static WordVectors read(Settings settings) {
    Topic<String, WordVector> topic = settings.topics().wordVectors();
    Map<String, Published> newest = new TreeMap<>();
    CommittedReader.readStable(
        settings,
        topic.name(),
        (word, value, timestamp) -> {
          if (value == null) {
            newest.remove(word);
          } else {
            WordVector read = topic.values().deserializer().deserialize(topic.name(), value);
            newest.put(word, new Published(unboxed(read.getVector()), read.getCount()));
          }
        });
    return new WordVectors(newest);
  }

  /** The words that have a vector. */
  public SortedSet<String> words() {
    return Collections.unmodifiableSortedSet(new TreeSet<>(published.keySet()));
  }

  /** How often a word had been met when its vector was published; 0 if it has none. */
  public long count(String word) {
    Published value = published.get(word);
    return value == null ? 0 : value.count();
  }

  /** A word's vector, {@code float[dimensions]}, a copy; empty if it has none. */
  public Optional<float[]> vector(String word) {
    return Optional.ofNullable(published.get(word)).map(value -> value.vector().clone());
  }

  /**
   * The words with the most similar vectors, the most similar first.
   *
   * @param limit how many at most
   * @param minCount leaves out words met more rarely, whose vectors are not yet good
   * @return empty if the word has no vector
   */
  public Optional<List<Neighbour>> nearest(String word, int limit, long minCount) {
    return vector(word)
        .map(vector ->
            neighbours.nearest(
                vector, limit, other -> other.equals(word) || count(other) < minCount));
  }

  private static float[] unboxed(List<Float> list) {
    float[] vector = new float[list.size()];
    for (int k = 0; k < vector.length; k++) {
      vector[k] = list.get(k);
    }
    return vector;
  }
}
