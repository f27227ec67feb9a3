package io.millrace.search;

import io.millrace.learning.text.SparseVector;
import io.millrace.schemas.avro.DocumentVector;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Answers what the vectors of documents tell. Safe for several threads. */
public final class DocumentSearch {

  private final VectorIndex index;
  private final Frequencies frequencies;
  private final TextWeigher weigher;

  DocumentSearch(VectorIndex index, Frequencies frequencies, TextWeigher weigher) {
    this.index = index;
    this.frequencies = frequencies;
    this.weigher = weigher;
  }

  /**
   * A term of a document.
   *
   * @param term as the analysis made it
   * @param weight as in the vector
   */
  public record Weighted(String term, double weight) {}

  /** A document's newest vector; empty if there is none. */
  public Optional<DocumentVector> vector(String id) {
    return index.vector(id);
  }

  /**
   * The terms of a vector with the largest weights, the largest first; equal ones by their text.
   *
   * @param limit how many at most
   */
  public static List<Weighted> strongest(DocumentVector vector, int limit) {
    return IntStream.range(0, vector.getTerms().size())
        .mapToObj(i -> new Weighted(vector.getTerms().get(i), vector.getWeights().get(i)))
        .sorted((a, b) -> {
          int byWeight = Double.compare(b.weight(), a.weight());
          return byWeight == 0 ? a.term().compareTo(b.term()) : byWeight;
        })
        .limit(limit)
        .toList();
  }

  /**
   * The documents most similar to one, by cosine, without itself.
   *
   * @return empty if there is no such document
   */
  public Optional<List<Similar>> similar(String id, int limit) {
    return vector(id)
        .map(vector ->
            index.similar(UnitVector.of(vector.getTerms(), vector.getWeights()), limit, id));
  }

  /** The documents most similar to a text, weighed as if it were a document. */
  public List<Similar> similarTo(String text, int limit) {
    SparseVector vector = weigher.weigh(text, frequencies.corpus());
    return index.similar(UnitVector.of(vector.terms(), vector.weights()), limit, null);
  }
}
