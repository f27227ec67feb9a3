package io.millrace.learning.text.frequencies;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The documents of all partitions: of one as its table counts them now, of the others as they last
 * published ({@link PublishedFrequencies}). For the thread of that partition.
 */
final class GlobalCorpus implements Corpus {

  private final PublishedFrequencies published;
  private final int partition;
  private final Corpus own;

  /**
   * A corpus.
   *
   * @param partition the partition whose counts are not taken from the published ones
   * @param own its counts
   */
  GlobalCorpus(PublishedFrequencies published, int partition, Corpus own) {
    this.published = published;
    this.partition = partition;
    this.own = own;
  }

  @Override
  public long documents() {
    long sum = own.documents();
    for (Map.Entry<Integer, PartitionSummary> entry : published.summaries().entrySet()) {
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
    for (Map.Entry<Integer, PartitionSummary> entry : published.summaries().entrySet()) {
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
    return own.docFreq(text) + inOthers(published.find(new Term(key)));
  }

  @Override
  public long docFreq(Term term) {
    return own.docFreq(term) + inOthers(published.published(term));
  }

  /** Looks up all published terms before their counts, so that cache misses overlap. */
  @Override
  public long[] docFreqs(TermBag document) {
    long[] docFreqs = own.docFreqs(document);
    @Nullable PublishedTerm[] found = published.published(document);
    for (int place = 0; place < docFreqs.length; place++) {
      docFreqs[place] += inOthers(found[place]);
    }
    return docFreqs;
  }

  private long inOthers(@Nullable PublishedTerm term) {
    return term == null ? 0 : term.docFreqExcept(partition);
  }
}
