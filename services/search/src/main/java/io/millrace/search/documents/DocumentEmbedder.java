package io.millrace.search.documents;

import io.millrace.learning.embedding.neighbours.ExactVectorIndex;
import io.millrace.search.words.WordTable;
import java.util.ArrayList;
import java.util.List;

/** Turns a document's weighted terms into one dense vector. Safe for several threads. */
public final class DocumentEmbedder {

  private final WordTable words;

  /** An embedder with the vectors that a table has at each call. */
  public DocumentEmbedder(WordTable words) {
    this.words = words;
  }

  /**
   * A document as a mean of word vectors.
   *
   * @param vector {@code float[dimensions]}, zeros if no term has a vector
   * @param terms how many terms the document has
   * @param without those of them that have no vector, in their order
   */
  public record Embedded(float[] vector, int terms, List<String> termsWithoutVector) {
    public Embedded {
      termsWithoutVector = List.copyOf(termsWithoutVector);
    }

    /** How many terms have a vector. */
    public int termsWithVector() {
      return terms - termsWithoutVector.size();
    }
  }

  /**
   * The mean of the vectors of a document's terms, weighted by the terms' own weights. Terms
   * without a vector are left out. O(terms · dimensions).
   *
   * @param weights one for each term
   */
  public Embedded embed(List<String> terms, List<Double> weights) {
    ExactVectorIndex vectors = words.vectors();
    double[] sum = new double[vectors.dimensions()];
    double all = 0;
    List<String> without = new ArrayList<>();
    for (int i = 0; i < terms.size(); i++) {
      if (vectors.addTo(sum, terms.get(i), weights.get(i))) {
        all += Math.abs(weights.get(i));
      } else {
        without.add(terms.get(i));
      }
    }
    float[] mean = new float[sum.length];
    for (int k = 0; k < mean.length && all > 0; k++) {
      mean[k] = (float) (sum[k] / all);
    }
    return new Embedded(mean, terms.size(), without);
  }
}
