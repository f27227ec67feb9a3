package io.millrace.search;

import io.millrace.search.words.DocumentEmbedder.Embedded;
import java.util.List;

/**
 * Documents that are similar by their embeddings, and what the question was embedded of.
 *
 * @param question as embedded
 * @param similar the most similar first
 */
public record SimilarByEmbedding(Embedded question, List<Similar> similar) {
  public SimilarByEmbedding {
    similar = List.copyOf(similar);
  }

  /** Whether so few terms have a vector that it says little about the question. */
  public boolean isDoubtful() {
    return 2 * question.with() < question.terms();
  }
}
