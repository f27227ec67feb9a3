package io.millrace.search.words;

import io.millrace.learning.embedding.neighbours.ExactVectorIndex;
import io.millrace.learning.embedding.neighbours.Neighbour;
import io.millrace.runtime.kafka.CommittedReader;
import io.millrace.runtime.settings.Settings;
import io.millrace.search.nearest.NearestNeighbours;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleConsumer;
import java.util.function.Predicate;

/**
 * Searches words by their vectors. A word that has no vector as it is given is analyzed as the
 * embedding analyzes its documents, and looked up so; else in lower case, as most analyses make
 * words. Safe for several threads.
 */
public final class WordSearch {

  /** Near spellings that are named for an unknown word. */
  private static final int SUGGESTED = 3;

  private final WordTable table;
  private final NearestNeighbours nearest;
  private final WordAnalysis analysis;

  /**
   * A search in a table, which may change meanwhile.
   *
   * @param nearest finds the nearest vectors
   * @param analysis of the words that are asked for
   */
  public WordSearch(WordTable table, NearestNeighbours nearest, WordAnalysis analysis) {
    this.table = table;
    this.nearest = nearest;
    this.analysis = analysis;
  }

  /**
   * A search in the vectors that are committed now, for one command.
   *
   * @param analysis of the words that are asked for
   * @param progress is called with how much has been read, 0 to 1
   */
  public static WordSearch read(Settings settings, WordAnalysis analysis, DoubleConsumer progress) {
    return new WordSearch(readTable(settings, progress), NearestNeighbours.EXACT, analysis);
  }

  /** The vectors that are committed now, as a table. */
  public static WordTable readTable(Settings settings, DoubleConsumer progress) {
    var table = new WordTable(Integer.MAX_VALUE);
    CommittedReader.readStable(
        settings,
        settings.topics().wordVectors().name(),
        (word, value, timestamp) -> table.update(word.getBytes(StandardCharsets.UTF_8), value),
        progress);
    return table;
  }

  /** The table. */
  public WordTable table() {
    return table;
  }

  /** How often a word had occurred when its vector was published; 0 if it has none. */
  public long count(String word) {
    return table.published(word).map(WordTable.WordEntry::count).orElse(0L);
  }

  /**
   * The word that has a vector: the one given, or what the analysis makes of it, or the same in
   * lower case.
   *
   * @throws UnknownWordException if none has one
   * @throws NotOneWordException if none has one, and the analysis makes no word of it or several
   */
  public String known(String word) {
    List<String> analyzed = analysis.words(word);
    List<String> candidates = new ArrayList<>(List.of(word));
    if (analyzed.size() == 1) {
      candidates.add(analyzed.getFirst());
    }
    candidates.add(word.strip().toLowerCase(Locale.ROOT));
    return candidates.stream()
        .filter(it -> table.published(it).isPresent())
        .findFirst()
        .orElseThrow(() ->
            analyzed.size() == 1
                ? unknown(word, analyzed.getFirst())
                : new NotOneWordException(word, analyzed));
  }

  /** Names words that are spelled nearly like it. */
  private UnknownWordException unknown(String word, String analyzed) {
    Map<String, Long> counts = new HashMap<>();
    table.all().forEach((known, published) -> counts.put(known, published.count()));
    return new UnknownWordException(
        word, SpellingSuggestions.of(analyzed, counts, SUGGESTED), table.vectors().size());
  }

  /**
   * The words with the most similar vectors, the most similar first, without the word itself.
   *
   * @param limit the most words, at least 1
   * @param minCount excludes words that occurred more rarely, whose vectors are not good yet
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
   * The words that complete "a is to b as c is to …", by 3CosAdd: the nearest to b - a + c, with a,
   * b and c at unit length, without these three (Mikolov, Yih and Zweig 2013, "Linguistic
   * Regularities in Continuous Space Word Representations").
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

  /** Statistics of all words. */
  public WordStats stats() {
    return WordStats.of(List.copyOf(table.all().values()), table.vectors().dimensions());
  }

  private List<SimilarWord> nearest(float[] vector, int limit, long minCount, Set<String> except) {
    Predicate<String> excluded = word -> except.contains(word) || count(word) < minCount;
    return nearest.search(table.vectors(), vector, limit, excluded).stream()
        .map(this::found)
        .toList();
  }

  private SimilarWord found(Neighbour neighbour) {
    return new SimilarWord(neighbour.word(), neighbour.similarity(), count(neighbour.word()));
  }

  /** Throws if the word was removed since {@link #known}. */
  private float[] vector(String word) {
    ExactVectorIndex vectors = table.vectors();
    return vectors.vector(word).orElseThrow(() -> unknown(word, word));
  }

  /** The vector of a word at unit length; one of zeros stays. */
  private float[] unit(String word) {
    float[] vector = vector(word);
    return ExactVectorIndex.unit(vector).orElse(vector);
  }
}
