package io.millrace.learning.text.frequencies;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * What the {@link FrequencyLog}s of all partitions say together. A batch that comes again changes
 * nothing, one that never comes leaves its terms as they were stated before.
 *
 * <p>One writes, others may read meanwhile: they see each term's counts as some batch stated them,
 * not all terms as of the same moment. Cost: a look-up a statement, and one a question, plus an
 * addition for each partition.
 */
public final class PublishedFrequencies {

  private static final class PartitionBlocks {
    final Map<Long, List<PublishedTerm>> batches = new HashMap<>();
    long last = Term.NOT_PUBLISHED;
  }

  /** Changed by the one who writes, under the lock; he reads it without. */
  private final TermHashTable<PublishedTerm> terms = new TermHashTable<>();

  private final TermTextBuffer texts = new TermTextBuffer();
  private final @Nullable TermKey[] guesses = new @Nullable TermKey[TermTextBuffer.CAPACITY];
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final Map<Integer, PartitionSummary> summaries = new ConcurrentHashMap<>();
  private final Map<Integer, PartitionBlocks> partitions = new HashMap<>();
  private final AtomicInteger held = new AtomicInteger();
  private volatile long streamTime = PartitionSummary.NO_STREAM_TIME;

  /** The latest time of a record that any partition has seen, as far as they say. */
  public long streamTime() {
    return streamTime;
  }

  /** Takes a batch of a partition in. */
  public synchronized void put(int partition, FrequencyBlock batch) {
    PartitionBlocks from = partitions.computeIfAbsent(partition, _ -> new PartitionBlocks());
    if (batch.sequence() >= from.last) {
      from.last = batch.sequence();
      summaries.put(partition, batch.summary());
      streamTime = Math.max(streamTime, batch.summary().streamTime());
    }
    List<PublishedTerm> stated = lookUp(batch);
    for (int place = 0; place < batch.size(); place++) {
      PublishedTerm term = stated.get(place);
      if (batch.sequence() >= term.publishedIn(partition)) {
        set(term, partition, batch.count(place), batch.sequence());
      }
    }
    from.batches.put(batch.sequence(), stated);
  }

  private List<PublishedTerm> lookUp(FrequencyBlock batch) {
    List<PublishedTerm> stated = new ArrayList<>(batch.size());
    while (stated.size() < batch.size()) {
      texts.clear();
      int last = Math.min(batch.size(), stated.size() + TermTextBuffer.CAPACITY);
      for (int place = stated.size(); place < last; place++) {
        texts.add(batch.term(place), batch.term(place).length);
      }
      terms.prefetch(texts, guesses);
      find(stated);
    }
    return stated;
  }

  /** Finds the terms of the texts that are put by, and adds those that are new under one lock. */
  private void find(List<PublishedTerm> found) {
    boolean adding = false;
    try {
      for (int i = 0; i < texts.size(); i++) {
        texts.select(i);
        PublishedTerm term = terms.find(texts, guesses[i]);
        if (term == null) {
          if (!adding) {
            lock.writeLock().lock();
            adding = true;
          }
          term = new PublishedTerm(texts);
          terms.add(term);
        }
        found.add(term);
      }
    } finally {
      if (adding) {
        lock.writeLock().unlock();
      }
    }
  }

  /** Takes a batch of a partition back: what it said last is said by none any more. */
  public synchronized void withdraw(int partition, long sequence) {
    PartitionBlocks from = partitions.get(partition);
    List<PublishedTerm> stated = from == null ? null : from.batches.remove(sequence);
    if (stated == null) {
      return;
    }
    List<PublishedTerm> gone = new ArrayList<>();
    for (PublishedTerm term : stated) {
      if (term.publishedIn(partition) == sequence) {
        set(term, partition, 0, Term.NOT_PUBLISHED);
        if (!term.isPublished()) {
          gone.add(term);
        }
      }
      if (gone.size() == TermTextBuffer.CAPACITY) {
        removeAll(gone);
      }
    }
    removeAll(gone);
  }

  private void removeAll(List<PublishedTerm> gone) {
    lock.writeLock().lock();
    try {
      for (PublishedTerm term : gone) {
        terms.remove(term);
        term.removed = true;
      }
    } finally {
      lock.writeLock().unlock();
    }
    gone.clear();
  }

  private void set(PublishedTerm term, int partition, long count, long sequence) {
    boolean before = term.hasDocuments();
    term.set(partition, count, sequence);
    boolean after = term.hasDocuments();
    if (before != after) {
      held.addAndGet(after ? 1 : -1);
    }
  }

  /** How many different terms the documents of all partitions hold. */
  public int terms() {
    return held.get();
  }

  /**
   * All documents, those of one partition as they are counted there at this moment.
   *
   * @param partition the partition that is not asked here
   * @param own its counts; it belongs to this view from now on, as its terms keep what they found
   */
  public Corpus with(int partition, Corpus own) {
    return new GlobalCorpus(this, partition, own);
  }

  /** What partitions say of themselves; for any thread. */
  Map<Integer, PartitionSummary> summaries() {
    return summaries;
  }

  /** What is stated of a term, found again only when it is forgotten; null if nothing is. */
  @Nullable PublishedTerm published(Term term) {
    PublishedTerm known = term.published;
    if (known == null || known.removed) {
      known = find(term);
      term.published = known;
    }
    return known;
  }

  /** What is stated of a text; null if nothing is. */
  @Nullable PublishedTerm find(TermKey key) {
    lock.readLock().lock();
    try {
      return terms.find(key);
    } finally {
      lock.readLock().unlock();
    }
  }
}
