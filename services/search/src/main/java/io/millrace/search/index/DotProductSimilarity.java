package io.millrace.search.index;

import org.apache.lucene.index.FieldInvertState;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.search.similarities.Similarity;

/**
 * Scores a term by the product of its weight in the query, given as boost, and its weight in the
 * document, given as frequency: the sum over all terms is the dot product. The score grows with the
 * frequency, so that Lucene can skip documents that cannot be among the best.
 */
final class DotProductSimilarity extends Similarity {

  @Override
  public long computeNorm(FieldInvertState state) {
    return 1;
  }

  @Override
  public SimScorer scorer(
      float boost, CollectionStatistics collection, TermStatistics... statistics) {
    float factor = (float) (boost * WeightTokenStream.RESOLUTION);
    return new SimScorer() {
      @Override
      public float score(float frequency, long norm) {
        return factor * frequency;
      }
    };
  }
}
