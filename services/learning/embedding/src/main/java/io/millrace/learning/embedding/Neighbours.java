package io.millrace.learning.embedding;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/**
 * Finds the nearest of many vectors by cosine, exactly: every one is looked at. O(words ·
 * dimensions) a search. Immutable; safe for several threads.
 */
public final class Neighbours {

  private static final Comparator<Neighbour> NEAREST_FIRST =
      Comparator.comparingDouble(Neighbour::similarity).reversed().thenComparing(Neighbour::word);

  private final List<String> words;
  private final float[] unit;
  private final int dimensions;
  private final int stride;

  private Neighbours(List<String> words, float[] unit, int dimensions) {
    this.words = words;
    this.unit = unit;
    this.dimensions = dimensions;
    this.stride = Kernel.stride(dimensions);
  }

  /**
   * Makes vectors searchable; they are copied, scaled to unit length.
   *
   * @param vectors by word, all of one length; that of a word with a vector of zeros is left out
   * @throws IllegalArgumentException if their lengths differ
   */
  public static Neighbours of(Map<String, float[]> vectors) {
    int dimensions = vectors.values().stream().mapToInt(v -> v.length).findFirst().orElse(1);
    int stride = Kernel.stride(dimensions);
    List<String> words = new ArrayList<>(vectors.size());
    float[] unit = new float[Kernel.roundUp(vectors.size() + 1, Kernel.TILE_RIGHT) * stride];
    vectors.forEach((word, vector) -> {
      if (vector.length != dimensions) {
        throw new IllegalArgumentException(
            "'" + word + "' has " + vector.length + " dimensions, others " + dimensions);
      }
      if (scale(vector, unit, words.size() * stride)) {
        words.add(word);
      }
    });
    return new Neighbours(List.copyOf(words), unit, dimensions);
  }

  /** Words that can be found. */
  public int size() {
    return words.size();
  }

  /**
   * The words with the most similar vectors, the most similar first, equals in alphabetical order.
   *
   * @param vector {@code float[dimensions]}
   * @param limit how many at most
   * @param except words that are not wanted
   * @throws IllegalArgumentException if the vector has another length or the limit is below 1
   */
  public List<Neighbour> nearest(float[] vector, int limit, Predicate<String> except) {
    if (vector.length != dimensions || limit < 1) {
      throw new IllegalArgumentException(
          "needs "
              + dimensions
              + " dimensions and a limit >= 1, got "
              + vector.length
              + ", "
              + limit);
    }
    float[] query = new float[Kernel.TILE_LEFT * stride];
    float[] similarities = new float[Kernel.TILE_LEFT * Kernel.across(words.size())];
    if (words.isEmpty() || !scale(vector, query, 0)) {
      return List.of();
    }
    Kernel.fastest().multiply(query, 1, unit, words.size(), stride, similarities);
    var best = new PriorityQueue<>(NEAREST_FIRST.reversed());
    for (int i = 0; i < words.size(); i++) {
      boolean promising = best.size() < limit || similarities[i] >= best.element().similarity();
      if (promising && !except.test(words.get(i))) {
        best.add(new Neighbour(words.get(i), similarities[i]));
        if (best.size() > limit) {
          best.remove();
        }
      }
    }
    return best.stream().sorted(NEAREST_FIRST).toList();
  }

  /** Writes a vector at unit length; does not, and says so, if it has none. */
  private static boolean scale(float[] vector, float[] target, int offset) {
    double squares = 0;
    for (float x : vector) {
      squares += (double) x * x;
    }
    if (squares == 0) {
      return false;
    }
    double norm = Math.sqrt(squares);
    for (int k = 0; k < vector.length; k++) {
      target[offset + k] = (float) (vector[k] / norm);
    }
    return true;
  }
}
