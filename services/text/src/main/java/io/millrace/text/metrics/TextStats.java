package io.millrace.text.metrics;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;

/**
 * The figures of the text service in this process. Counts include what an aborted transaction did
 * and what was done again after it. Safe for several threads.
 */
public final class TextStats {

  private final LongAdder taken = new LongAdder();
  private final LongAdder refused = new LongAdder();
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

  /** Says where the terms are counted. */
  public void setVocabularySize(IntSupplier count) {
    terms = count;
  }

  /** Records read from {@code documents}, markers included, and {@code commands}. */
  public long recordsRead() {
    return taken.sum();
  }

  /** Records put on {@code dead-letters}. */
  public long recordsRejected() {
    return refused.sum();
  }

  /** Records of {@code document-frequencies} that cannot be used and are passed by. */
  public long recordsSkipped() {
    return skipped.sum();
  }

  /** Vectors and tombstones sent. */
  public long recordsWritten() {
    return written.sum();
  }

  /** Records that came after a newer one of the same document, from another partition. */
  public long recordsSuperseded() {
    return superseded.sum();
  }

  /** Documents that stopped counting because of their age. */
  public long documentsExpired() {
    return expired.sum();
  }

  /** Terms that stopped counting because there were too many. */
  public long termsEvicted() {
    return evicted.sum();
  }

  /** Vectors of documents that were weighed again, as commands asked for; written ones too. */
  public long documentsReweighted() {
    return refreshed.sum();
  }

  /** Partitions here of which not all documents are weighed again yet. */
  public int partitionsReweighting() {
    return refreshing.size();
  }

  /** Live documents of the partitions that are here. */
  public long liveDocuments() {
    return documents.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Different terms of the documents of all partitions, as far as published. */
  public int vocabularySize() {
    return terms.getAsInt();
  }
}
