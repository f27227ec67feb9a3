package io.millrace.text;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;

/**
 * The figures of the text service in this process. Counts include what an aborted transaction did
 * and what was done again after it. Safe for several threads.
 */
public final class TextFigures {

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

  void recordTaken() {
    taken.increment();
  }

  void recordRefused() {
    refused.increment();
  }

  void recordSkipped() {
    skipped.increment();
  }

  void recordWritten() {
    written.increment();
  }

  void recordSuperseded() {
    superseded.increment();
  }

  void recordExpired() {
    expired.increment();
  }

  void recordEvicted(long terms) {
    evicted.add(terms);
  }

  void recordRefreshed() {
    refreshed.increment();
  }

  void partitionRefreshes(int partition, boolean pending) {
    if (pending) {
      refreshing.add(partition);
    } else {
      refreshing.remove(partition);
    }
  }

  void partitionHas(int partition, long liveDocuments) {
    documents.put(partition, liveDocuments);
  }

  void partitionLeft(int partition) {
    documents.remove(partition);
    refreshing.remove(partition);
  }

  /** Says where the terms are counted. */
  void termsAre(IntSupplier count) {
    terms = count;
  }

  /** Records read from {@code documents}, markers included, and {@code commands}. */
  public long taken() {
    return taken.sum();
  }

  /** Records put on {@code dead-letters}. */
  public long refused() {
    return refused.sum();
  }

  /** Records of {@code document-frequencies} that cannot be used and are passed by. */
  public long skipped() {
    return skipped.sum();
  }

  /** Vectors and tombstones sent. */
  public long written() {
    return written.sum();
  }

  /** Records that came after a newer one of the same document, from another partition. */
  public long superseded() {
    return superseded.sum();
  }

  /** Documents that stopped counting because of their age. */
  public long expired() {
    return expired.sum();
  }

  /** Terms that stopped counting because there were too many. */
  public long evicted() {
    return evicted.sum();
  }

  /** Vectors of documents that were weighed again, as commands asked for; written ones too. */
  public long refreshed() {
    return refreshed.sum();
  }

  /** Partitions here of which not all documents are weighed again yet. */
  public int refreshing() {
    return refreshing.size();
  }

  /** Live documents of the partitions that are here. */
  public long documents() {
    return documents.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Different terms of the documents of all partitions, as far as published. */
  public int terms() {
    return terms.getAsInt();
  }
}
