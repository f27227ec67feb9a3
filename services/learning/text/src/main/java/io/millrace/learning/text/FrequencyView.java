package io.millrace.learning.text;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
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

  /** A term's counts by partition, and the batches that stated them. */
  static final class Stated extends TermKey {

    private static final VarHandle LONG = MethodHandles.arrayElementVarHandle(long[].class);

    /** A count and the batch that stated it for each partition; none past the end. */
    private volatile long[] counts = {};

    /** Whether the view has forgotten it: who keeps it has to ask again. */
    volatile boolean gone;

    Stated(TermText text) {
      super(text.copy(), text.prefix(), text.hash());
    }

    /** By the one who writes. */
    void set(int partition, long count, long sequence) {
      long[] now = counts;
      if (now.length < 2 * (partition + 1)) {
        long[] longer = Arrays.copyOf(now, 2 * (partition + 1));
        for (int place = now.length; place < longer.length; place += 2) {
          longer[place + 1] = Term.NOWHERE;
        }
        now = longer;
        counts = longer;
      }
      LONG.setOpaque(now, 2 * partition, count);
      now[2 * partition + 1] = sequence;
    }

    long statedIn(int partition) {
      long[] now = counts;
      return 2 * partition < now.length ? now[2 * partition + 1] : Term.NOWHERE;
    }

    boolean isHeld() {
      long[] now = counts;
      for (int place = 0; place < now.length; place += 2) {
        if (now[place] > 0) {
          return true;
        }
      }
      return false;
    }

    boolean isStated() {
      long[] now = counts;
      for (int place = 1; place < now.length; place += 2) {
        if (now[place] != Term.NOWHERE) {
          return true;
        }
      }
      return false;
    }

    /** The sum for all partitions but one; for any thread. */
    long elsewhere(int partition) {
      long[] now = counts;
      long sum = 0;
      for (int place = 0; place < now.length; place += 2) {
        sum += place == 2 * partition ? 0 : (long) LONG.getOpaque(now, place);
      }
      return sum;
    }
  }

  private static final class Partition {
    final Map<Long, List<Stated>> batches = new HashMap<>();
    long last = Term.NOWHERE;
  }

  /** Changed by the one who writes, under the lock; he reads it without. */
  private final TermTable<Stated> terms = new TermTable<>();

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
    List<Stated> stated = known(batch);
    for (int place = 0; place < batch.size(); place++) {
      Stated term = stated.get(place);
      if (batch.sequence() >= term.statedIn(partition)) {
        set(term, partition, batch.count(place), batch.sequence());
      }
    }
    from.batches.put(batch.sequence(), stated);
  }

  private List<Stated> known(FrequencyBatch batch) {
    List<Stated> stated = new ArrayList<>(batch.size());
    while (stated.size() < batch.size()) {
      texts.clear();
      int last = Math.min(batch.size(), stated.size() + TermText.CAPACITY);
      for (int place = stated.size(); place < last; place++) {
        texts.add(batch.term(place), batch.term(place).length);
      }
      terms.guess(texts, guesses);
      for (int i = 0; i < texts.size(); i++) {
        texts.select(i);
        Stated known = terms.find(texts, guesses[i]);
        stated.add(known == null ? added(new Stated(texts)) : known);
      }
    }
    return stated;
  }

  private Stated added(Stated term) {
    change(() -> terms.add(term));
    return term;
  }

  private void change(Runnable change) {
    lock.writeLock().lock();
    try {
      change.run();
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Takes a batch of a partition back: what it said last is said by none any more. */
  public synchronized void withdraw(int partition, long sequence) {
    Partition from = partitions.get(partition);
    List<Stated> stated = from == null ? null : from.batches.remove(sequence);
    if (stated == null) {
      return;
    }
    for (Stated term : stated) {
      if (term.statedIn(partition) == sequence) {
        set(term, partition, 0, Term.NOWHERE);
        if (!term.isStated()) {
          change(() -> terms.remove(term));
          term.gone = true;
        }
      }
    }
  }

  private void set(Stated term, int partition, long count, long sequence) {
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
    return new Corpus() {
      @Override
      public long documents() {
        long sum = own.documents();
        for (Map.Entry<Integer, PartitionFigures> entry : figures.entrySet()) {
          if (entry.getKey() != partition) {
            sum += entry.getValue().documents();
          }
        }
        return sum;
      }

      @Override
      public boolean isApproximate() {
        return own.isApproximate()
            || figures.entrySet().stream()
                .anyMatch(entry -> entry.getKey() != partition && entry.getValue().evicted() > 0);
      }

      @Override
      public long documentsWith(String text) {
        return own.documentsWith(text) + elsewhere(find(key(text)), partition);
      }

      @Override
      public long documentsWith(Term term) {
        return own.documentsWith(term) + elsewhere(stated(term), partition);
      }
    };
  }

  private @Nullable Stated stated(Term term) {
    Stated known = term.stated;
    if (known == null || known.gone) {
      known = find(term);
      term.stated = known;
    }
    return known;
  }

  private @Nullable Stated find(TermKey key) {
    lock.readLock().lock();
    try {
      return terms.find(key);
    } finally {
      lock.readLock().unlock();
    }
  }

  private static TermKey key(String text) {
    var key = new TermText();
    key.set(text);
    return new Term(key);
  }

  private static long elsewhere(@Nullable Stated term, int partition) {
    return term == null ? 0 : term.elsewhere(partition);
  }
}
