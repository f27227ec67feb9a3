package io.millrace.search.words;

import io.millrace.learning.embedding.neighbours.ExactVectorIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The most frequent words on a plane: the first two principal components of their vectors (Pearson
 * 1901, "On lines and planes of closest fit to systems of points in space"). The steps:
 *
 * <ol>
 *   <li>Take the words with the largest counts, their vectors at unit length, and subtract the
 *       mean.
 *   <li>Find the direction of the largest variance by power iteration, from a fixed start, and then
 *       the largest one at right angles to it.
 *   <li>Project. The signs are such that the first word lies at positive coordinates, so that the
 *       map of slightly changed vectors does not flip.
 * </ol>
 *
 * <p>Cost: O(words × dimensions) for each of at most 100 iterations. The last map is kept until the
 * vectors change. Safe for several threads.
 */
public final class WordMap {

  /**
   * A word on the plane.
   *
   * @param count how often the word had occurred when its vector was published
   */
  public record WordPoint(String word, double x, double y, long count) {}

  private record CachedMap(long changes, int limit, List<WordPoint> places) {}

  private static final int ITERATIONS = 100;
  private static final double CONVERGED = 1e-9;

  private final WordTable table;
  private volatile @Nullable CachedMap kept;

  /** The map of a table. */
  public WordMap(WordTable table) {
    this.table = table;
  }

  /**
   * The most frequent words, the most frequent first.
   *
   * @param limit the most words, at least 1
   */
  public List<WordPoint> places(int limit) {
    long changes = table.changes();
    CachedMap last = kept;
    if (last != null && last.changes() == changes && last.limit() == limit) {
      return last.places();
    }
    synchronized (this) {
      last = kept;
      if (last == null || last.changes() != changes || last.limit() != limit) {
        last = new CachedMap(changes, limit, compute(limit));
        kept = last;
      }
      return last.places();
    }
  }

  private record Word(String text, long count) {}

  private List<WordPoint> compute(int limit) {
    ExactVectorIndex vectors = table.vectors();
    List<Word> words = new ArrayList<>();
    List<float[]> rows = new ArrayList<>();
    for (Word word : mostFrequent(limit, vectors.dimensions())) {
      vectors
          .vector(word.text())
          .ifPresent(vector -> {
            words.add(word);
            rows.add(ExactVectorIndex.unit(vector).orElse(vector));
          });
    }
    double[][] centred = centred(rows, vectors.dimensions());
    double[] first = component(centred, vectors.dimensions(), null);
    double[] second = component(centred, vectors.dimensions(), first);
    double signX = sign(centred, first);
    double signY = sign(centred, second);
    List<WordPoint> places = new ArrayList<>(words.size());
    for (int i = 0; i < words.size(); i++) {
      places.add(
          new WordPoint(
              words.get(i).text(),
              signX * dot(centred[i], first),
              signY * dot(centred[i], second),
              words.get(i).count()));
    }
    return List.copyOf(places);
  }

  private List<Word> mostFrequent(int limit, int dimensions) {
    Comparator<Word> order =
        Comparator.comparingLong(Word::count).thenComparing(Word::text, Comparator.reverseOrder());
    var smallestFirst = new PriorityQueue<>(order);
    for (Map.Entry<String, WordTable.WordEntry> entry : table.all().entrySet()) {
      if (entry.getValue().dimensions() == dimensions) {
        smallestFirst.add(new Word(entry.getKey(), entry.getValue().count()));
        if (smallestFirst.size() > limit) {
          smallestFirst.remove();
        }
      }
    }
    return smallestFirst.stream().sorted(order.reversed()).toList();
  }

  private static double[][] centred(List<float[]> rows, int dimensions) {
    double[] mean = new double[dimensions];
    for (float[] row : rows) {
      for (int k = 0; k < dimensions; k++) {
        mean[k] += row[k] / rows.size();
      }
    }
    double[][] centred = new double[rows.size()][dimensions];
    for (int i = 0; i < centred.length; i++) {
      for (int k = 0; k < dimensions; k++) {
        centred[i][k] = rows.get(i)[k] - mean[k];
      }
    }
    return centred;
  }

  /** The direction of the largest variance at right angles to another; zeros if there is none. */
  private static double[] component(double[][] rows, int dimensions, double @Nullable [] other) {
    double[] direction = new double[dimensions];
    for (int k = 0; k < dimensions; k++) {
      direction[k] = 1.0 / (k + 1); // A fixed start that no likely direction is at right angles to.
    }
    if (!normalized(direction, other)) {
      return direction;
    }
    for (int iteration = 0; iteration < ITERATIONS; iteration++) {
      double[] next = new double[dimensions];
      for (double[] row : rows) {
        double scale = dot(row, direction);
        for (int k = 0; k < dimensions; k++) {
          next[k] += scale * row[k];
        }
      }
      if (!normalized(next, other)) {
        return next;
      }
      boolean converged = 1 - Math.abs(dot(next, direction)) < CONVERGED;
      direction = next;
      if (converged) {
        break;
      }
    }
    return direction;
  }

  /** Makes a vector one of unit length at right angles to another; false if it becomes zeros. */
  private static boolean normalized(double[] vector, double @Nullable [] other) {
    if (other != null) {
      double along = dot(vector, other);
      for (int k = 0; k < vector.length; k++) {
        vector[k] -= along * other[k];
      }
    }
    double length = Math.sqrt(dot(vector, vector));
    if (!(length > 1e-12)) {
      Arrays.fill(vector, 0);
      return false;
    }
    for (int k = 0; k < vector.length; k++) {
      vector[k] /= length;
    }
    return true;
  }

  private static double sign(double[][] rows, double[] direction) {
    return rows.length > 0 && dot(rows[0], direction) < 0 ? -1 : 1;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }
}
