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
 * Finds the vectors with the largest cosines to one, exactly. Lucene finds candidates: by the
 * absolute weights, rounded to whole frequencies, so that its score plus {@link #slack} is never
 * below the cosine; and by skipping what cannot be among the best (Ding and Suel 2011, "Faster
 * top-k document retrieval using block-max indexes"). Their cosines are then computed from the
 * vectors as they came, in double precision. If a document that is no candidate could still be
 * among the best, more candidates are asked for.
 *
 * <p>Cost: that of Lucene's query, and a pass over the vector of each candidate: somewhat more than
 * asked for, or all of those that are as similar as the last.
 */
final class SimilarityQuery {

  /** Candidates beyond those asked for, so that a second round is rare. */
  private static final int MORE = 8;

  private static final int GROWTH = 4;

  static {
    // A document may have more terms than Lucene's default of 1024 clauses.
    IndexSearcher.setMaxClauseCount(Integer.MAX_VALUE);
  }

  private final IndexSearcher searcher;
  private final Map<String, Double> vector;
  private final @Nullable String except;

  /**
   * A question.
   *
   * @param vector what documents are compared with
   * @param except the id of a document that is not looked for, or null
   */
  SimilarityQuery(IndexSearcher searcher, UnitVector vector, @Nullable String except) {
    this.searcher = searcher;
    this.vector = vector.byTerm();
    this.except = except;
  }

  /**
   * The most similar documents, the most similar first; equally similar ones by their ids. None
   * whose cosine is 0 or less.
   *
   * @param limit how many at most
   */
  List<SimilarDocument> best(int limit) throws IOException {
    int all = Math.max(1, searcher.getIndexReader().maxDoc());
    Query query = query();
    int wanted = (int) Math.min(all, (long) limit + MORE);
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

  /** Whether none that Lucene scores no higher can be among the best. */
  private boolean isCertain(List<SimilarDocument> found, int limit, double lastScore) {
    return found.size() >= limit && found.get(limit - 1).similarity() > lastScore + slack();
  }

  /** How far Lucene's score can be below the cosine: half a step or a step a weight, and floats. */
  private double slack() {
    double sum = vector.values().stream().mapToDouble(Math::abs).sum();
    return WeightTokenStream.STEP * (sum + 1);
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
      if (cosine > 0 && !found.id().equals(except)) {
        similar.add(new SimilarDocument(found.id(), cosine, other.getLabel()));
      }
    }
    similar.sort(SimilarDocument.ORDER);
    return similar;
  }
}
