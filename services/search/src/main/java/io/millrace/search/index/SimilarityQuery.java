package io.millrace.search.index;

import io.millrace.schemas.avro.DocumentVector;
import java.io.IOException;
import java.util.ArrayList;
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
 * Finds the documents with the largest cosines to a vector, exactly:
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

  /**
   * A query.
   *
   * @param vector the vector that documents are compared with
   * @param excludedId the id of a document that is not to be found, or null
   */
  SimilarityQuery(IndexSearcher searcher, UnitVector vector, @Nullable String excludedId) {
    this.searcher = searcher;
    this.vector = vector.byTerm();
    this.excludedId = excludedId;
  }

  /**
   * The most similar documents, the most similar first; equally similar ones by id. None whose
   * cosine is 0 or less.
   *
   * @param limit the most documents
   */
  List<SimilarDocument> best(int limit) throws IOException {
    int all = Math.max(1, searcher.getIndexReader().maxDoc());
    Query query = query();
    int wanted = (int) Math.min(all, (long) limit + EXTRA_CANDIDATES);
    while (true) {
      TopDocs top = searcher.search(query, new TopScoreDocCollectorManager(wanted, 1));
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
   * The most by which Lucene's score can be below the cosine: by rounding of weights and floats.
   */
  private double slack() {
    double sum = vector.values().stream().mapToDouble(Math::abs).sum();
    return WeightTokenStream.RESOLUTION * (sum + 1);
  }

  private Query query() {
    var query = new BooleanQuery.Builder();
    vector.forEach((term, weight) -> {
      var matching = new TermQuery(new Term(VectorIndex.TERMS, WeightTokenStream.indexed(term)));
      query.add(new BoostQuery(matching, (float) Math.abs(weight)), BooleanClause.Occur.SHOULD);
    });
    return query.build();
  }

  private List<SimilarDocument> compared(ScoreDoc[] candidates) throws IOException {
    List<SimilarDocument> similar = new ArrayList<>();
    for (ScoreDoc candidate : candidates) {
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
