package io.millrace.search.words;

import io.millrace.learning.embedding.neighbours.ExactVectorIndex;
import io.millrace.learning.embedding.neighbours.Neighbour;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.settings.Settings;
import io.millrace.search.nearest.NearestNeighbours;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.DoubleConsumer;
import java.util.function.Predicate;

/**
 * Answers what the word vectors tell. A word is taken as it is given or, if only that is known, in
 * lower case, as the analysis makes words. Safe for several threads.
 */
public final class WordSearch {

  private final WordTable table;
  private final NearestNeighbours nearest;

  /**
   * Answers from a table, also while it changes.
   *
   * @param nearest how the nearest vectors are found
   */
  public WordSearch(WordTable table, NearestNeighbours nearest) {
    this.table = table;
    this.nearest = nearest;
  }

  /**
   * Reads all that is committed now, for one who asks and goes.
   *
   * @param progress is told again and again how much has been read, 0 to 1
   */
  public static WordSearch read(Settings settings, DoubleConsumer progress) {
    return new WordSearch(readTable(settings, progress), NearestNeighbours.EXACT);
  }

  /** The same, as a table. */
  public static WordTable readTable(Settings settings, DoubleConsumer progress) {
    var table = new WordTable(Integer.MAX_VALUE);
    CommittedReader.readStable(
        settings,
        settings.topics().wordVectors().name(),
        (word, value, timestamp) -> table.update(word.getBytes(StandardCharsets.UTF_8), value),
        progress);
    return table;
  }

  /** What is searched. */
  public WordTable table() {
    return table;
  }

  /** How often a word had been met when its vector was published; 0 if it has none. */
  public long count(String word) {
    return table.published(word).map(WordTable.Published::count).orElse(0L);
  }

  /**
   * A word that has a vector: the one given, or that in lower case.
   *
   * @throws UnknownWordException if neither has one
   */
  public String known(String word) {
    if (table.published(word).isPresent()) {
      return word;
    }
    String lower = word.toLowerCase(Locale.ROOT);
    if (table.published(lower).isPresent()) {
      return lower;
    }
    throw new UnknownWordException(word, table.vectors().size());
  }

  /**
   * The words with the most similar vectors, the most similar first, without the word itself.
   *
   * @param limit how many at most, at least 1
   * @param minCount leaves out words met more rarely, whose vectors are not yet good
   * @throws UnknownWordException if the word has no vector
   */
  public List<SimilarWord> nearest(String word, int limit, long minCount) {
    String known = known(word);
    return nearest(vector(known), limit, minCount, Set.of(known));
  }

  /**
   * The words with the vectors most similar to one, the most similar first.
   *
   * @param vector {@code float[dimensions]}
   * @throws IllegalArgumentException if it cannot be compared with those of the words
   */
  public List<SimilarWord> nearest(float[] vector, int limit, long minCount) {
    return nearest(vector, limit, minCount, Set.of());
  }

  /**
   * The words that complete "a is to b as c is to …": by 3CosAdd, the nearest to b - a + c at unit
   * length, without those three (Mikolov, Yih and Zweig 2013, "Linguistic Regularities in
   * Continuous Space Word Representations").
   *
   * @throws UnknownWordException if one of them has no vector
   */
  public List<SimilarWord> analogy(String a, String b, String c, int limit, long minCount) {
    List<String> known = List.of(known(a), known(b), known(c));
    float[] target = unit(known.get(1));
    float[] minus = unit(known.get(0));
    float[] plus = unit(known.get(2));
    for (int k = 0; k < target.length; k++) {
      target[k] += plus[k] - minus[k];
    }
    return nearest(target, limit, minCount, Set.copyOf(known));
  }

  /**
   * The cosine of the angle between the vectors of two words; 0 if one is all zeros.
   *
   * @throws UnknownWordException if one of them has no vector
   */
  public double similarity(String a, String b) {
    float[] left = vector(known(a));
    float[] right = vector(known(b));
    double product = 0;
    for (int k = 0; k < left.length; k++) {
      product += (double) left[k] * right[k];
    }
    double lengths = ExactVectorIndex.length(left) * ExactVectorIndex.length(right);
    return lengths == 0 ? 0 : Math.clamp(product / lengths, -1, 1);
  }

  /** Figures over all of them. */
  public WordStats stats() {
    return WordStats.of(List.copyOf(table.all().values()), table.vectors().dimensions());
  }

  private List<SimilarWord> nearest(float[] vector, int limit, long minCount, Set<String> except) {
    Predicate<String> unwanted = word -> except.contains(word) || count(word) < minCount;
    return nearest.search(table.vectors(), vector, limit, unwanted).stream()
        .map(this::found)
        .toList();
  }

  private SimilarWord found(Neighbour neighbour) {
    return new SimilarWord(neighbour.word(), neighbour.similarity(), count(neighbour.word()));
  }

  /** It may have gone since it was known. */
  private float[] vector(String word) {
    ExactVectorIndex vectors = table.vectors();
    return vectors.vector(word).orElseThrow(() -> new UnknownWordException(word, vectors.size()));
  }

  /** At unit length; zeros stay. */
  private float[] unit(String word) {
    float[] vector = vector(word);
    return ExactVectorIndex.unit(vector).orElse(vector);
  }
}
