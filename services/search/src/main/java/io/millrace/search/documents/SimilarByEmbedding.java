package io.millrace.search.documents;

import io.millrace.search.documents.DocumentEmbedder.Embedded;
import io.millrace.search.index.SimilarDocument;
import java.util.List;

/**
 * The documents most similar to a query by their embeddings.
 *
 * @param query the embedding of the document or text
 * @param similar the most similar first
 */
public record SimilarByEmbedding(Embedded query, List<SimilarDocument> similar) {
  public SimilarByEmbedding {
    similar = List.copyOf(similar);
  }

  /** Whether so few terms of the query have a vector that the result means little. */
  public boolean isLowCoverage() {
    return 2 * query.termsWithVector() < query.terms();
  }
}
