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
 * The newest vector of every word, from {@code word-vectors}, in memory. One thread updates, others
 * read meanwhile.
 *
 * <p>All vectors of a model have the same number of dimensions. While a model with another number
 * replaces it, there are vectors of both: the search uses those of the number that most words have.
 */
public final class WordTable {

  /** The largest value of {@code embedding.dimensions}. */
  private static final int MAX_DIMENSIONS = 1_024;

  /** The most numbers of dimensions at a time: a model's, its successor's, and some to spare. */
  private static final int MAX_MODELS = 4;

  /**
   * A published word, without the elements of its vector.
   *
   * @param count how often the word had occurred when its vector was published
   * @param version the version of the embedding that published it
   * @param dimensions of its vector
   * @param length of its vector, the Euclidean norm
   */
  record WordEntry(long count, long version, int dimensions, double length) {}

  private final AvroCodec<WordVector> avro = AvroCodec.of(WordVector.class);
  private final Map<String, WordEntry> words = new ConcurrentHashMap<>();
  private final Map<Integer, ExactVectorIndex> byDimensions = new ConcurrentHashMap<>();
  private final LongAdder leftOut = new LongAdder();
  private final LongAdder changes = new LongAdder();
  private final int maxWords;

  /**
   * An empty table.
   *
   * @param maxWords the most words; further ones are dropped and counted
   */
  public WordTable(int maxWords) {
    this.maxWords = maxWords;
  }

  /** Applies a record of the topic; returns whether it could be used. */
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
        dimensions >= 1 && dimensions <= MAX_DIMENSIONS && byDimensions.size() < MAX_MODELS;
    return there != null || !possible ? there : new ExactVectorIndex(dimensions);
  }

  private void put(String word, float[] vector, WordVector read, ExactVectorIndex same) {
    WordEntry before = words.get(word);
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
        new WordEntry(
            read.getCount(), read.getVersion(), vector.length, ExactVectorIndex.length(vector)));
    changes.increment();
  }

  private void remove(String word) {
    WordEntry before = words.remove(word);
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

  /** The vectors of the dimensions that most words have; an empty set of 1 if there are none. */
  public ExactVectorIndex vectors() {
    return byDimensions.values().stream()
        .max(
            Comparator.comparingInt(ExactVectorIndex::size)
                .thenComparingInt(ExactVectorIndex::dimensions))
        .orElseGet(() -> new ExactVectorIndex(1));
  }

  /** A word; empty if it has no vector of the dimensions that most words have. */
  Optional<WordEntry> published(String word) {
    int dimensions = vectors().dimensions();
    return Optional.ofNullable(words.get(word)).filter(it -> it.dimensions() == dimensions);
  }

  /** All words, those of other dimensions included; a live view. */
  Map<String, WordEntry> all() {
    return words;
  }

  /** How many words there are, those of other dimensions included. */
  public int size() {
    return words.size();
  }

  /** Records of new words beyond the most words. */
  public long dropped() {
    return leftOut.sum();
  }

  /** How often a word was added, changed or removed: if it is the same, nothing has changed. */
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
