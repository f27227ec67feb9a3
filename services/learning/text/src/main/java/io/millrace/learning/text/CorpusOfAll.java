package io.millrace.learning.text;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All documents: those of one partition as they are counted there at this moment, those of the
 * others as they say in a {@link FrequencyView}. For the thread of that partition.
 */
final class CorpusOfAll implements Corpus {

  private final FrequencyView view;
  private final int partition;
  private final Corpus own;

  /**
   * A corpus.
   *
   * @param partition the partition that the view is not asked for
   * @param own its counts
   */
  CorpusOfAll(FrequencyView view, int partition, Corpus own) {
    this.view = view;
    this.partition = partition;
    this.own = own;
  }

  @Override
  public long documents() {
    long sum = own.documents();
    for (Map.Entry<Integer, PartitionFigures> entry : view.figures().entrySet()) {
      if (entry.getKey() != partition) {
        sum += entry.getValue().documents();
      }
    }
    return sum;
  }

  @Override
  public boolean isApproximate() {
    if (own.isApproximate()) {
      return true;
    }
    for (Map.Entry<Integer, PartitionFigures> entry : view.figures().entrySet()) {
      if (entry.getKey() != partition && entry.getValue().evicted() > 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public long documentsWith(String text) {
    var key = new TermText();
    key.set(text);
    return own.documentsWith(text) + elsewhere(view.find(new Term(key)));
  }

  @Override
  public long documentsWith(Term term) {
    return own.documentsWith(term) + elsewhere(view.stated(term));
  }

  /** First what is stated of each, then its counts: a processor waits for all of a kind at once. */
  @Override
  public long[] documentsWith(TermBag document) {
    long[] holding = own.documentsWith(document);
    var stated = new @Nullable StatedTerm[holding.length];
    for (int place = 0; place < holding.length; place++) {
      stated[place] = view.stated(document.term(place));
    }
    for (int place = 0; place < holding.length; place++) {
      holding[place] += elsewhere(stated[place]);
    }
    return holding;
  }

  private long elsewhere(@Nullable StatedTerm term) {
    return term == null ? 0 : term.elsewhere(partition);
  }
}
