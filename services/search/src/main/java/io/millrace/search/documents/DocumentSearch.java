package io.millrace.search.documents;

import io.millrace.learning.embedding.neighbours.Neighbour;
import io.millrace.learning.text.weighting.SparseVector;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.search.documents.DocumentEmbedder.Embedded;
import io.millrace.search.index.QueryLimits;
import io.millrace.search.index.SimilarDocument;
import io.millrace.search.index.UnitVector;
import io.millrace.search.index.VectorIndex;
import io.millrace.search.nearest.NearestNeighbours;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Searches documents by their TF-IDF vectors or embeddings. Safe for several threads. */
public final class DocumentSearch {

  private final VectorIndex index;
  private final QueryCorpus corpus;
  private final TextVectorizer vectorizer;
  private final DocumentEmbeddings embeddings;
  private final NearestNeighbours nearest;
  private final QueryLimits limits;

  /**
   * Answers from these.
   *
   * @param nearest how the nearest embeddings are found
   * @param limits of each query
   */
  public DocumentSearch(
      VectorIndex index,
      QueryCorpus corpus,
      TextVectorizer vectorizer,
      DocumentEmbeddings embeddings,
      NearestNeighbours nearest,
      QueryLimits limits) {
    this.index = index;
    this.corpus = corpus;
    this.vectorizer = vectorizer;
    this.embeddings = embeddings;
    this.nearest = nearest;
    this.limits = limits;
  }

  /**
   * A term of a document.
   *
   * @param term as the analysis made it
   * @param weight as in the vector
   */
  public record TermWeight(String term, double weight) {}

  /** The newest vector of a document; empty if there is none. */
  public Optional<DocumentVector> vector(String id) {
    return index.vector(id);
  }

  /**
   * The terms of a vector with the largest weights, the largest first; equal ones by their text.
   *
   * @param limit the most terms
   */
  public static List<TermWeight> strongest(DocumentVector vector, int limit) {
    return IntStream.range(0, vector.getTerms().size())
        .mapToObj(i -> new TermWeight(vector.getTerms().get(i), vector.getWeights().get(i)))
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
  public Optional<List<SimilarDocument>> similar(String id, int limit) {
    return vector(id)
        .map(vector ->
            index.similar(
                UnitVector.of(vector.getTerms(), vector.getWeights()), limit, id, limits));
  }

  /**
   * The documents most similar to a text, which is vectorized like a document.
   *
   * @throws TextQueryException if texts cannot be compared with the documents
   */
  public List<SimilarDocument> similarTo(String text, int limit) {
    SparseVector vector = vectorizer.vectorize(text, corpus.corpus());
    return index.similar(UnitVector.of(vector.terms(), vector.weights()), limit, null, limits);
  }

  /**
   * Says that documents that were found for a text have another weighting than the text: their
   * cosines are then not what the settings at hand promise.
   *
   * @return empty if all have the same
   */
  public Optional<String> otherWeighting(List<SimilarDocument> found) {
    return vectorizer
        .weighting()
        .flatMap(own ->
            found.stream()
                .flatMap(it -> vector(it.id()).stream())
                .map(DocumentVector::getWeighing)
                .filter(weighting -> !weighting.equals(own))
                .findFirst()
                .map(other ->
                    ("the text was weighted with %s, but documents with %s: give the settings"
                            + " text.weighting of the text service, or have all documents weighted"
                            + " again by `millrace documents refresh`")
                        .formatted(own, other)));
  }

  /**
   * The documents most similar to one by the cosine of their embeddings, without itself.
   *
   * @return empty if there is no such document
   */
  public Optional<SimilarByEmbedding> similarByEmbedding(String id, int limit) {
    return vector(id).map(vector -> byEmbedding(vector.getTerms(), vector.getWeights(), limit, id));
  }

  /**
   * The documents most similar to a text by their embeddings.
   *
   * @throws TextQueryException if texts cannot be compared with the documents
   */
  public SimilarByEmbedding similarToByEmbedding(String text, int limit) {
    SparseVector vector = vectorizer.vectorize(text, corpus.corpus());
    return byEmbedding(vector.terms(), vector.weights(), limit, null);
  }

  private SimilarByEmbedding byEmbedding(
      List<String> terms, List<Double> weights, int limit, @Nullable String excludedId) {
    Embedded embedded = embeddings.embed(terms, weights);
    List<SimilarDocument> similar = new ArrayList<>();
    for (Neighbour near : embeddings.nearest(nearest, embedded, limit, excludedId)) {
      // Skips one that was deleted meanwhile, or that the index does not show yet.
      vector(near.word())
          .ifPresent(it ->
              similar.add(new SimilarDocument(near.word(), near.similarity(), it.getLabel())));
    }
    return new SimilarByEmbedding(embedded, similar);
  }
}
