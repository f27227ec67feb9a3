package io.millrace.search.words;

import io.millrace.learning.embedding.Neighbour;
import io.millrace.learning.embedding.Neighbours;
import java.util.List;
import java.util.function.Predicate;

/** How the nearest of many vectors are found. Safe for several threads. */
public interface Nearest {

  /** Every vector is looked at. */
  Nearest EXACT = Neighbours::nearest;

  /** The most similar first, as {@link Neighbours#nearest}. */
  List<Neighbour> of(Neighbours all, float[] vector, int limit, Predicate<String> except);
}
