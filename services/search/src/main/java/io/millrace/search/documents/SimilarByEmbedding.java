package io.millrace.search.documents;

import io.millrace.search.documents.DocumentEmbedder.Embedded;
import io.millrace.search.index.SimilarDocument;
import java.util.List;

/**
 * Documents that are similar by their embeddings, and what the question was embedded of.
 *
 * @param query as embedded
 * @param similar the most similar first
 */
public record SimilarByEmbedding(Embedded query, List<SimilarDocument> similar) {
  public SimilarByEmbedding {
    similar = List.copyOf(similar);
  }

  /** Whether so few terms have a vector that it says little about the question. */
  public boolean isLowCoverage() {
    return 2 * query.termsWithVector() < query.terms();
  }
}
