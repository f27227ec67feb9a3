package io.millrace.search.index;

import io.millrace.schemas.avro.DocumentVector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollectorManager;
import org.jspecify.annotations.Nullable;

/**
 * Finds the documents with the largest cosines to a vector, exactly as far as the limits allow:
 *
 * <ol>
 *   <li>Lucene finds candidates by the dot product of the absolute weights, rounded to whole
 *       frequencies: its score plus {@link #slack} is never below the cosine. It skips blocks of
 *       documents that cannot be among the best (Ding and Suel 2011, "Faster top-k document
 *       retrieval using block-max indexes").
 *   <li>The cosines of the candidates are computed in double precision from the vectors as they
 *       came.
 *   <li>If a document that is no candidate could still be among the best, repeat with four times as
 *       many candidates.
 * </ol>
 *
 * <p>Of a vector with more terms than may be looked up, the heaviest are. The others count in the
 * cosines, and the slack has their length, so that the answer is the same, except that documents
 * are not found that share none of the heaviest terms. Beyond the most candidates, documents as
 * similar as the last one may be missing.
 *
 * <p>Cost: that of Lucene's query, and a pass over the vector of each candidate: a few more than
 * the documents wanted, or all that are as similar as the last of them.
 */
final class SimilarityQuery {

  /** Candidates beyond the limit, so that a second round is rare. */
  private static final int EXTRA_CANDIDATES = 8;

  private static final int GROWTH = 4;

  static {
    // A document may have more terms than Lucene's default of 1024 clauses.
    IndexSearcher.setMaxClauseCount(Integer.MAX_VALUE);
  }

  private final IndexSearcher searcher;
  private final Map<String, Double> vector;
  private final @Nullable String excludedId;
  private final QueryLimits limits;
  private final long deadline;
  private final Map<String, Double> heaviest;

  /**
   * A query.
   *
   * @param vector the vector that documents are compared with
   * @param excludedId the id of a document that is not to be found, or null
   */
  SimilarityQuery(
      IndexSearcher searcher, UnitVector vector, @Nullable String excludedId, QueryLimits limits) {
    this.vector = vector.byTerm();
    this.excludedId = excludedId;
    this.limits = limits;
    this.deadline = System.nanoTime() + limits.timeout().toNanos();
    this.heaviest = heaviest(this.vector, limits.maxTerms());
    // One of its own, since the time limit belongs to this query.
    this.searcher = new IndexSearcher(searcher.getIndexReader());
    this.searcher.setSimilarity(searcher.getSimilarity());
    this.searcher.setQueryCache(null);
    this.searcher.setTimeout(this::isLate);
  }

  private static Map<String, Double> heaviest(Map<String, Double> vector, int maxTerms) {
    if (vector.size() <= maxTerms) {
      return vector;
    }
    Map<String, Double> heaviest = new HashMap<>();
    vector.entrySet().stream()
        .sorted(
            Comparator.<Map.Entry<String, Double>>comparingDouble(it -> -Math.abs(it.getValue()))
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(maxTerms)
        .forEach(it -> heaviest.put(it.getKey(), it.getValue()));
    return heaviest;
  }

  private boolean isLate() {
    return System.nanoTime() - deadline > 0;
  }

  private void throwIfLate() {
    if (isLate()) {
      throw new QueryTimeoutException(limits.timeout());
    }
  }

  /**
   * The most similar documents, the most similar first; equally similar ones by id. None whose
   * cosine is 0 or less.
   *
   * @param limit the most documents
   * @throws QueryTimeoutException if it takes too long
   */
  List<SimilarDocument> best(int limit) throws IOException {
    int documents = Math.max(1, searcher.getIndexReader().maxDoc());
    int all =
        (int)
            Math.min(documents, Math.max(limits.maxCandidates(), (long) limit + EXTRA_CANDIDATES));
    Query query = query();
    int wanted = (int) Math.min(all, (long) limit + EXTRA_CANDIDATES);
    while (true) {
      TopDocs top = searcher.search(query, new TopScoreDocCollectorManager(wanted, 1));
      throwIfLate();
      List<SimilarDocument> found = compared(top.scoreDocs);
      boolean complete = top.scoreDocs.length < wanted || wanted == all;
      if (complete || isCertain(found, limit, top.scoreDocs[wanted - 1].score)) {
        return List.copyOf(found.subList(0, Math.min(limit, found.size())));
      }
      wanted = (int) Math.min(all, (long) wanted * GROWTH);
    }
  }

  /** Whether no document that Lucene scores below the last candidate can be among the best. */
  private boolean isCertain(List<SimilarDocument> found, int limit, double lastScore) {
    return found.size() >= limit && found.get(limit - 1).similarity() > lastScore + slack();
  }

  /**
   * The most by which Lucene's score can be below the cosine: by rounding of weights and floats,
   * and by terms that are not looked up.
   */
  private double slack() {
    double sum = heaviest.values().stream().mapToDouble(Math::abs).sum();
    return WeightTokenStream.RESOLUTION * (sum + 1) + lengthOfOthers();
  }

  /** By the inequality of Cauchy and Schwarz, what the terms that are not looked up can add. */
  private double lengthOfOthers() {
    double squares = 0;
    for (Map.Entry<String, Double> term : vector.entrySet()) {
      squares += heaviest.containsKey(term.getKey()) ? 0 : term.getValue() * term.getValue();
    }
    return Math.sqrt(squares);
  }

  private Query query() {
    var query = new BooleanQuery.Builder();
    heaviest.forEach((term, weight) -> {
      var matching = new TermQuery(new Term(VectorIndex.TERMS, WeightTokenStream.indexed(term)));
      query.add(new BoostQuery(matching, (float) Math.abs(weight)), BooleanClause.Occur.SHOULD);
    });
    return query.build();
  }

  private List<SimilarDocument> compared(ScoreDoc[] candidates) throws IOException {
    List<SimilarDocument> similar = new ArrayList<>();
    for (ScoreDoc candidate : candidates) {
      throwIfLate();
      IndexedDocument found = IndexedDocument.at(searcher, candidate.doc);
      DocumentVector other = found.vector();
      double cosine = UnitVector.of(other.getTerms(), other.getWeights()).cosine(vector);
      if (cosine > 0 && !found.id().equals(excludedId)) {
        similar.add(new SimilarDocument(found.id(), cosine, other.getLabel()));
      }
    }
    similar.sort(SimilarDocument.ORDER);
    return similar;
  }
}
