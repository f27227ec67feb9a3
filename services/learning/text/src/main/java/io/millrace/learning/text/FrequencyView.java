package io.millrace.learning.text;

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
public final class FrequencyView {

  private static final class Partition {
    final Map<Long, List<StatedTerm>> batches = new HashMap<>();
    long last = Term.NOWHERE;
  }

  /** Changed by the one who writes, under the lock; he reads it without. */
  private final TermTable<StatedTerm> terms = new TermTable<>();

  private final TermText texts = new TermText();
  private final @Nullable TermKey[] guesses = new @Nullable TermKey[TermText.CAPACITY];
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final Map<Integer, PartitionFigures> figures = new ConcurrentHashMap<>();
  private final Map<Integer, Partition> partitions = new HashMap<>();
  private final AtomicInteger held = new AtomicInteger();
  private volatile long latest = PartitionFigures.NEVER;

  /** The latest time of a record that any partition has seen, as far as they say. */
  public long latest() {
    return latest;
  }

  /** Takes a batch of a partition in. */
  public synchronized void state(int partition, FrequencyBatch batch) {
    Partition from = partitions.computeIfAbsent(partition, _ -> new Partition());
    if (batch.sequence() >= from.last) {
      from.last = batch.sequence();
      figures.put(partition, batch.figures());
      latest = Math.max(latest, batch.figures().latest());
    }
    List<StatedTerm> stated = known(batch);
    for (int place = 0; place < batch.size(); place++) {
      StatedTerm term = stated.get(place);
      if (batch.sequence() >= term.statedIn(partition)) {
        set(term, partition, batch.count(place), batch.sequence());
      }
    }
    from.batches.put(batch.sequence(), stated);
  }

  private List<StatedTerm> known(FrequencyBatch batch) {
    List<StatedTerm> stated = new ArrayList<>(batch.size());
    while (stated.size() < batch.size()) {
      texts.clear();
      int last = Math.min(batch.size(), stated.size() + TermText.CAPACITY);
      for (int place = stated.size(); place < last; place++) {
        texts.add(batch.term(place), batch.term(place).length);
      }
      terms.guess(texts, guesses);
      find(stated);
    }
    return stated;
  }

  /** Finds the terms of the texts that are put by, and adds those that are new under one lock. */
  private void find(List<StatedTerm> found) {
    boolean adding = false;
    try {
      for (int i = 0; i < texts.size(); i++) {
        texts.select(i);
        StatedTerm term = terms.find(texts, guesses[i]);
        if (term == null) {
          if (!adding) {
            lock.writeLock().lock();
            adding = true;
          }
          term = new StatedTerm(texts);
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
    Partition from = partitions.get(partition);
    List<StatedTerm> stated = from == null ? null : from.batches.remove(sequence);
    if (stated == null) {
      return;
    }
    List<StatedTerm> gone = new ArrayList<>();
    for (StatedTerm term : stated) {
      if (term.statedIn(partition) == sequence) {
        set(term, partition, 0, Term.NOWHERE);
        if (!term.isStated()) {
          gone.add(term);
        }
      }
      if (gone.size() == TermText.CAPACITY) {
        forget(gone);
      }
    }
    forget(gone);
  }

  private void forget(List<StatedTerm> gone) {
    lock.writeLock().lock();
    try {
      for (StatedTerm term : gone) {
        terms.remove(term);
        term.gone = true;
      }
    } finally {
      lock.writeLock().unlock();
    }
    gone.clear();
  }

  private void set(StatedTerm term, int partition, long count, long sequence) {
    boolean before = term.isHeld();
    term.set(partition, count, sequence);
    boolean after = term.isHeld();
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
    return new CorpusOfAll(this, partition, own);
  }

  /** What partitions say of themselves; for any thread. */
  Map<Integer, PartitionFigures> figures() {
    return figures;
  }

  /** What is stated of a term, found again only when it is forgotten; null if nothing is. */
  @Nullable StatedTerm stated(Term term) {
    StatedTerm known = term.stated;
    if (known == null || known.gone) {
      known = find(term);
      term.stated = known;
    }
    return known;
  }

  /** What is stated of a text; null if nothing is. */
  @Nullable StatedTerm find(TermKey key) {
    lock.readLock().lock();
    try {
      return terms.find(key);
    } finally {
      lock.readLock().unlock();
    }
  }
}
