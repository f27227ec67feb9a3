package io.millrace.search.nearest;

import io.millrace.learning.embedding.neighbours.ExactVectorIndex;
import io.millrace.learning.embedding.neighbours.Neighbour;
import java.util.List;
import java.util.function.Predicate;

/** A search for the nearest of many vectors. Safe for several threads. */
public interface NearestNeighbours {

  /** Compares all vectors. */
  NearestNeighbours EXACT = ExactVectorIndex::nearest;

  /** The most similar vectors, the most similar first, as {@link ExactVectorIndex#nearest}. */
  List<Neighbour> search(
      ExactVectorIndex all, float[] vector, int limit, Predicate<String> excluded);
}
