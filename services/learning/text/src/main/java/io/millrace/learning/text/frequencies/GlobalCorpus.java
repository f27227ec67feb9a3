package io.millrace.learning.text.frequencies;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All documents: those of one partition as they are counted there at this moment, those of the
 * others as they say in a {@link PublishedFrequencies}. For the thread of that partition.
 */
final class GlobalCorpus implements Corpus {

  private final PublishedFrequencies view;
  private final int partition;
  private final Corpus own;

  /**
   * A corpus.
   *
   * @param partition the partition that the view is not asked for
   * @param own its counts
   */
  GlobalCorpus(PublishedFrequencies view, int partition, Corpus own) {
    this.view = view;
    this.partition = partition;
    this.own = own;
  }

  @Override
  public long documents() {
    long sum = own.documents();
    for (Map.Entry<Integer, PartitionSummary> entry : view.summaries().entrySet()) {
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
    for (Map.Entry<Integer, PartitionSummary> entry : view.summaries().entrySet()) {
      if (entry.getKey() != partition && entry.getValue().evicted() > 0) {
        return true;
      }
    }
    return false;
  }

  @Override
  public long docFreq(String text) {
    var key = new TermTextBuffer();
    key.set(text);
    return own.docFreq(text) + elsewhere(view.find(new Term(key)));
  }

  @Override
  public long docFreq(Term term) {
    return own.docFreq(term) + elsewhere(view.published(term));
  }

  /** First what is stated of each, then its counts: a processor waits for all of a kind at once. */
  @Override
  public long[] docFreq(TermBag document) {
    long[] holding = own.docFreq(document);
    var stated = new @Nullable PublishedTerm[holding.length];
    for (int place = 0; place < holding.length; place++) {
      stated[place] = view.published(document.term(place));
    }
    for (int place = 0; place < holding.length; place++) {
      holding[place] += elsewhere(stated[place]);
    }
    return holding;
  }

  private long elsewhere(@Nullable PublishedTerm term) {
    return term == null ? 0 : term.docFreqExcept(partition);
  }
}
