package io.millrace.text.metrics;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;

/**
 * The numbers of the text service in this process, for metrics. They include what aborted
 * transactions did and what was done again after them. Safe for several threads.
 */
public final class TextStats {

  private final LongAdder taken = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder jsonLike = new LongAdder();
  private final LongAdder skipped = new LongAdder();
  private final LongAdder written = new LongAdder();
  private final LongAdder superseded = new LongAdder();
  private final LongAdder expired = new LongAdder();
  private final LongAdder evicted = new LongAdder();
  private final LongAdder refreshed = new LongAdder();
  private final Set<Integer> refreshing = ConcurrentHashMap.newKeySet();
  private final Map<Integer, Long> documents = new ConcurrentHashMap<>();
  private volatile IntSupplier terms = () -> 0;

  public void recordRead() {
    taken.increment();
  }

  public void recordRejected() {
    refused.increment();
  }

  public void recordJsonLike() {
    jsonLike.increment();
  }

  public void recordSkipped() {
    skipped.increment();
  }

  public void recordWritten() {
    written.increment();
  }

  public void recordSuperseded() {
    superseded.increment();
  }

  public void recordExpired() {
    expired.increment();
  }

  public void recordTermsEvicted(long terms) {
    evicted.add(terms);
  }

  public void recordReweighted() {
    refreshed.increment();
  }

  public void setReweighting(int partition, boolean pending) {
    if (pending) {
      refreshing.add(partition);
    } else {
      refreshing.remove(partition);
    }
  }

  public void setLiveDocuments(int partition, long liveDocuments) {
    documents.put(partition, liveDocuments);
  }

  public void removePartition(int partition) {
    documents.remove(partition);
    refreshing.remove(partition);
  }

  /** Sets where the number of terms is read. */
  public void setVocabularySize(IntSupplier count) {
    terms = count;
  }

  /** Records read from {@code documents}, control records included, and {@code commands}. */
  public long recordsRead() {
    return taken.sum();
  }

  /** Records sent to {@code dead-letters}. */
  public long recordsRejected() {
    return refused.sum();
  }

  /** Documents taken as plain text although they begin like JSON. */
  public long documentsLikeJson() {
    return jsonLike.sum();
  }

  /** Records of {@code document-frequencies} that cannot be used and were skipped. */
  public long recordsSkipped() {
    return skipped.sum();
  }

  /** Vectors and tombstones sent. */
  public long recordsWritten() {
    return written.sum();
  }

  /** Records ignored because a newer one of the same document came before. */
  public long recordsSuperseded() {
    return superseded.sum();
  }

  /** Documents that were older than the retention. */
  public long documentsExpired() {
    return expired.sum();
  }

  /** Terms that were evicted because there were too many. */
  public long termsEvicted() {
    return evicted.sum();
  }

  /** Vectors sent again by refreshes; {@link #recordsWritten} includes them. */
  public long documentsReweighted() {
    return refreshed.sum();
  }

  /** Partitions of this process whose refresh is not done yet. */
  public int partitionsReweighting() {
    return refreshing.size();
  }

  /** Live documents in the partitions of this process. */
  public long liveDocuments() {
    return documents.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Different terms of the documents of all partitions, as far as published. */
  public int vocabularySize() {
    return terms.getAsInt();
  }
}
