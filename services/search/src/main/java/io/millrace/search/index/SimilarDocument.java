package io.millrace.search.index;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * A similar document.
 *
 * @param id the document's
 * @param similarity the cosine of the angle between the vectors, above 0 and at most 1
 * @param label the document's, or null if it has none
 */
public record SimilarDocument(String id, double similarity, @Nullable String label) {

  /** The most similar first; equally similar ones by id. */
  static final Comparator<SimilarDocument> ORDER =
      Comparator.comparingDouble(SimilarDocument::similarity)
          .reversed()
          .thenComparing(SimilarDocument::id);
}
