package io.millrace.learning.embedding.neighbours;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The most similar of the names that are offered, at most {@code limit}. Not thread-safe. */
final class TopK {

  private static final Comparator<Neighbour> NEAREST_FIRST =
      Comparator.comparingDouble(Neighbour::similarity).reversed().thenComparing(Neighbour::word);

  /** The least similar of them is at the head. */
  private final PriorityQueue<Neighbour> best = new PriorityQueue<>(NEAREST_FIRST.reversed());

  private final int limit;
  private final Predicate<String> except;

  /**
   * Without names yet.
   *
   * @param except the names to leave out
   */
  TopK(int limit, Predicate<String> except) {
    if (limit < 1) {
      throw new IllegalArgumentException("the limit must be >= 1, was " + limit);
    }
    this.limit = limit;
    this.except = except;
  }

  /** Adds a name if it is similar enough and not left out; null is no name. */
  void offer(@Nullable String name, double similarity) {
    boolean promising = best.size() < limit || similarity >= best.element().similarity();
    if (!promising || name == null || except.test(name)) {
      return;
    }
    best.add(new Neighbour(name, similarity));
    if (best.size() > limit) {
      best.remove();
    }
  }

  /** The names, the most similar first, equal ones in alphabetical order. */
  List<Neighbour> sorted() {
    return best.stream().sorted(NEAREST_FIRST).toList();
  }
}
