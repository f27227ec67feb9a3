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
 * The document frequencies of all partitions as published by their {@link FrequencyLog}s. A block
 * that comes again changes nothing; if a block is lost, its terms keep the counts that were
 * published before.
 *
 * <p>One thread writes, others may read meanwhile: they see each term's count as of some block, not
 * all terms as of the same moment. Cost: a look-up for each count written; a look-up and an
 * addition for each partition to read.
 */
public final class PublishedFrequencies {

  private static final class PartitionBlocks {
    final Map<Long, List<PublishedTerm>> blocks = new HashMap<>();
    long last = Term.NOT_PUBLISHED;
  }

  /** Written under the lock by the writing thread, which reads it without. */
  private final TermHashTable<PublishedTerm> terms = new TermHashTable<>();

  private final TermTextBuffer texts = new TermTextBuffer();
  private final @Nullable TermKey[] candidates = new @Nullable TermKey[TermTextBuffer.CAPACITY];
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final Map<Integer, PartitionSummary> summaries = new ConcurrentHashMap<>();
  private final Map<Integer, PartitionBlocks> partitions = new HashMap<>();
  private final AtomicInteger held = new AtomicInteger();
  private volatile long streamTime = PartitionSummary.NO_STREAM_TIME;

  /** The latest record time that any partition has published. */
  public long streamTime() {
    return streamTime;
  }

  /** Adds a block of a partition. */
  public synchronized void put(int partition, FrequencyBlock block) {
    PartitionBlocks from = partitions.computeIfAbsent(partition, _ -> new PartitionBlocks());
    if (block.sequence() >= from.last) {
      from.last = block.sequence();
      summaries.put(partition, block.summary());
      streamTime = Math.max(streamTime, block.summary().streamTime());
    }
    List<PublishedTerm> found = lookUp(block);
    for (int place = 0; place < block.size(); place++) {
      PublishedTerm term = found.get(place);
      if (block.sequence() >= term.publishedIn(partition)) {
        set(term, partition, block.count(place), block.sequence());
      }
    }
    from.blocks.put(block.sequence(), found);
  }

  private List<PublishedTerm> lookUp(FrequencyBlock block) {
    List<PublishedTerm> found = new ArrayList<>(block.size());
    while (found.size() < block.size()) {
      texts.clear();
      int last = Math.min(block.size(), found.size() + TermTextBuffer.CAPACITY);
      for (int place = found.size(); place < last; place++) {
        texts.add(block.term(place), block.term(place).length);
      }
      terms.prefetch(texts, candidates);
      find(found);
    }
    return found;
  }

  /** Finds the terms of the buffered texts, and adds the new ones under one lock. */
  private void find(List<PublishedTerm> found) {
    boolean adding = false;
    try {
      for (int i = 0; i < texts.size(); i++) {
        texts.select(i);
        PublishedTerm term = terms.find(texts, candidates[i]);
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

  /** Removes a block of a partition; counts that no later block has become 0. */
  public synchronized void withdraw(int partition, long sequence) {
    PartitionBlocks from = partitions.get(partition);
    List<PublishedTerm> found = from == null ? null : from.blocks.remove(sequence);
    if (found == null) {
      return;
    }
    List<PublishedTerm> gone = new ArrayList<>();
    for (PublishedTerm term : found) {
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

  /** How many different terms the documents of all partitions have. */
  public int terms() {
    return held.get();
  }

  /**
   * The documents of all partitions: those of one as its table counts them now.
   *
   * @param partition the partition whose published counts are ignored
   * @param own its counts; a table belongs to one object of this class, since its terms cache what
   *     they found here
   */
  public Corpus with(int partition, Corpus own) {
    return new GlobalCorpus(this, partition, own);
  }

  /** The summaries by partition; for any thread. */
  Map<Integer, PartitionSummary> summaries() {
    return summaries;
  }

  /** The published term of the same text, cached until it is removed; null if there is none. */
  @Nullable PublishedTerm published(Term term) {
    PublishedTerm known = term.published;
    if (known == null || known.removed) {
      known = find(term);
      term.published = known;
    }
    return known;
  }

  /** The published terms of a document's terms, as {@link #published(Term)} finds each. */
  @Nullable PublishedTerm[] published(TermBag document) {
    var found = new @Nullable PublishedTerm[document.size()];
    boolean locked = false;
    try {
      for (int place = 0; place < found.length; place++) {
        Term term = document.term(place);
        PublishedTerm known = term.published;
        if (known == null || known.removed) {
          if (!locked) {
            lock.readLock().lock();
            locked = true;
          }
          known = terms.find(term);
          term.published = known;
        }
        found[place] = known;
      }
    } finally {
      if (locked) {
        lock.readLock().unlock();
      }
    }
    return found;
  }

  /** The published term of a text; null if there is none. */
  @Nullable PublishedTerm find(TermKey key) {
    lock.readLock().lock();
    try {
      return terms.find(key);
    } finally {
      lock.readLock().unlock();
    }
  }
}
