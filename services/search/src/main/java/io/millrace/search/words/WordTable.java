package io.millrace.search.words;

import io.millrace.learning.embedding.neighbours.ExactVectorIndex;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.WordVector;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What {@code word-vectors} says, in memory: of every word its newest vector. One thread takes
 * records in, others ask meanwhile.
 *
 * <p>A model's vectors are of one length. While a model with another one takes its place, there are
 * both: answers come from the length that most words have.
 */
public final class WordTable {

  /** As for {@code embedding.dimensions}. */
  private static final int MAX_DIMENSIONS = 1_024;

  /** Different lengths at a time; a model's, its successor's, and what somebody wrote by hand. */
  private static final int MAX_LENGTHS = 4;

  /**
   * What is known of a word beside its vector's elements.
   *
   * @param count how often it had been met when its vector was published
   * @param version the embedding's that published it
   * @param dimensions of its vector
   * @param length of its vector, the Euclidean norm
   */
  record Published(long count, long version, int dimensions, double length) {}

  private final AvroCodec<WordVector> avro = AvroCodec.of(WordVector.class);
  private final Map<String, Published> words = new ConcurrentHashMap<>();
  private final Map<Integer, ExactVectorIndex> byDimensions = new ConcurrentHashMap<>();
  private final LongAdder leftOut = new LongAdder();
  private final LongAdder changes = new LongAdder();
  private final int maxWords;

  /**
   * An empty table.
   *
   * @param maxWords the most words it will hold; further ones are left out and counted
   */
  public WordTable(int maxWords) {
    this.maxWords = maxWords;
  }

  /** Takes a record of the topic in; tells whether it can be used. */
  public boolean update(byte @Nullable [] key, byte @Nullable [] value) {
    Optional<String> word = key == null ? Optional.empty() : text(key);
    return word.isPresent() && update(word.get(), value);
  }

  private boolean update(String word, byte @Nullable [] value) {
    if (value == null) {
      remove(word);
      return true;
    }
    if (!(avro.decode(value) instanceof Decoded.Valid<WordVector>(WordVector read))) {
      return false;
    }
    float[] vector = unboxed(read.getVector());
    ExactVectorIndex same = ofLength(vector.length);
    if (same == null || !same.accepts(vector) || read.getCount() < 0) {
      return false;
    }
    put(word, vector, read, same);
    return true;
  }

  private @Nullable ExactVectorIndex ofLength(int dimensions) {
    ExactVectorIndex there = byDimensions.get(dimensions);
    boolean possible =
        dimensions >= 1 && dimensions <= MAX_DIMENSIONS && byDimensions.size() < MAX_LENGTHS;
    return there != null || !possible ? there : new ExactVectorIndex(dimensions);
  }

  private void put(String word, float[] vector, WordVector read, ExactVectorIndex same) {
    Published before = words.get(word);
    if (before == null && words.size() >= maxWords) {
      leftOut.increment();
      return;
    }
    if (before != null && before.dimensions() != vector.length) {
      remove(word);
    }
    byDimensions.put(vector.length, same);
    same.put(word, vector);
    words.put(
        word,
        new Published(
            read.getCount(), read.getVersion(), vector.length, ExactVectorIndex.length(vector)));
    changes.increment();
  }

  private void remove(String word) {
    Published before = words.remove(word);
    if (before == null) {
      return;
    }
    changes.increment();
    byDimensions.computeIfPresent(
        before.dimensions(),
        (dimensions, neighbours) -> {
          neighbours.remove(word);
          return neighbours.size() == 0 ? null : neighbours;
        });
  }

  /** The vectors of the length that most words have; none of one dimension if there are none. */
  public ExactVectorIndex vectors() {
    return byDimensions.values().stream()
        .max(
            Comparator.comparingInt(ExactVectorIndex::size)
                .thenComparingInt(ExactVectorIndex::dimensions))
        .orElseGet(() -> new ExactVectorIndex(1));
  }

  /** What is known of a word; empty if it has no vector of the length that most have. */
  Optional<Published> published(String word) {
    int dimensions = vectors().dimensions();
    return Optional.ofNullable(words.get(word)).filter(it -> it.dimensions() == dimensions);
  }

  /** All words, those of other lengths included; a live view. */
  Map<String, Published> all() {
    return words;
  }

  /** How many words there are, those of other lengths included. */
  public int size() {
    return words.size();
  }

  /** Records of new words that came while there was no room for them. */
  public long dropped() {
    return leftOut.sum();
  }

  /** How often a word came, was changed or went: it tells whether anything has. */
  public long changes() {
    return changes.sum();
  }

  private static Optional<String> text(byte[] key) {
    try {
      String word = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
      return word.isEmpty() ? Optional.empty() : Optional.of(word);
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static float[] unboxed(List<Float> list) {
    float[] vector = new float[list.size()];
    for (int k = 0; k < vector.length; k++) {
      vector[k] = list.get(k);
    }
    return vector;
  }
}
