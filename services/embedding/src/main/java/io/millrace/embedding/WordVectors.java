package io.millrace.embedding;

import io.millrace.learning.embedding.Neighbour;
import io.millrace.learning.embedding.Neighbours;
import io.millrace.runtime.CommittedReader;
import io.millrace.runtime.Settings;
import io.millrace.schemas.Avro;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.WordVector;
import io.millrace.topics.Topic;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The word vectors as they were published at one moment. Immutable; safe for several threads. */
public final class WordVectors {

  /** A word's vector as published, {@code float[dimensions]}, and how often it had been met. */
  private record Published(float[] vector, long count) {}

  private static final Logger LOG = LoggerFactory.getLogger(WordVectors.class);
  private static final Avro<WordVector> VECTORS = Avro.of(WordVector.class);

  private final Map<String, Published> published;
  private final Neighbours neighbours;

  private WordVectors(Map<String, Published> read) {
    this.published = ofOneLength(read);
    int dimensions =
        published.values().stream().mapToInt(it -> it.vector().length).findFirst().orElse(1);
    this.neighbours = new Neighbours(dimensions);
    published.forEach((word, value) -> neighbours.put(word, value.vector()));
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
            read(word, value).ifPresent(read -> newest.put(word, read));
          }
        });
    return new WordVectors(newest);
  }

  /** A model's vectors are of one length: that of most, where somebody else has written some. */
  private static Map<String, Published> ofOneLength(Map<String, Published> read) {
    Map<Integer, Long> lengths =
        read.values().stream()
            .collect(Collectors.groupingBy(it -> it.vector().length, Collectors.counting()));
    if (lengths.size() < 2) {
      return read;
    }
    int length = Collections.max(lengths.entrySet(), Map.Entry.comparingByValue()).getKey();
    LOG.warn("word vectors of other lengths than {} are passed by: {}", length, lengths);
    Map<String, Published> kept = new TreeMap<>(read);
    kept.values().removeIf(it -> it.vector().length != length);
    return kept;
  }

  /** Empty if somebody else has written it: the word's vector is what was published before. */
  private static Optional<Published> read(String word, byte[] value) {
    return switch (VECTORS.decode(value)) {
      case Decoded.Valid<WordVector>(WordVector read) ->
          Optional.of(new Published(unboxed(read.getVector()), read.getCount()));
      case Decoded.Invalid<WordVector>(String reason) -> {
        LOG.warn("the record {} of the word-vectors topic is passed by: {}", word, reason);
        yield Optional.empty();
      }
    };
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
