package io.millrace.search.nearest;

import io.millrace.learning.embedding.neighbours.ExactVectorIndex;
import io.millrace.learning.embedding.neighbours.Neighbour;
import java.util.List;
import java.util.function.Predicate;

/** How the nearest of many vectors are found. Safe for several threads. */
public interface NearestNeighbours {

  /** Every vector is looked at. */
  NearestNeighbours EXACT = ExactVectorIndex::nearest;

  /** The most similar first, as {@link ExactVectorIndex#nearest}. */
  List<Neighbour> search(ExactVectorIndex all, float[] vector, int limit, Predicate<String> except);
}
