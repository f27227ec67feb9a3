package io.millrace.learning.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
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

  /** A term's counts by partition, and the batches that stated them; none past the arrays' ends. */
  static final class Stated {

    final String text;
    volatile long[] counts = {};
    long[] statedIn = {};

    /** Whether the view has forgotten it: who keeps it has to ask again. */
    volatile boolean gone;

    Stated(String text) {
      this.text = text;
    }

    /** Stored as a new array, so that who reads sees it whole. */
    void set(int partition, long count, long sequence) {
      int length = Math.max(counts.length, partition + 1);
      long[] next = Arrays.copyOf(counts, length);
      next[partition] = count;
      if (statedIn.length < length) {
        int known = statedIn.length;
        statedIn = Arrays.copyOf(statedIn, length);
        Arrays.fill(statedIn, known, length, Term.NOWHERE);
      }
      statedIn[partition] = sequence;
      counts = next;
    }

    long statedIn(int partition) {
      return partition < statedIn.length ? statedIn[partition] : Term.NOWHERE;
    }

    boolean isHeld() {
      for (long count : counts) {
        if (count > 0) {
          return true;
        }
      }
      return false;
    }

    boolean isStated() {
      for (long sequence : statedIn) {
        if (sequence != Term.NOWHERE) {
          return true;
        }
      }
      return false;
    }
  }

  private static final class Partition {
    final Map<Long, List<Stated>> batches = new HashMap<>();
    long last = Term.NOWHERE;
  }

  private final Map<String, Stated> terms = new ConcurrentHashMap<>();
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
    List<Stated> stated = new ArrayList<>(batch.terms().size());
    for (int i = 0; i < batch.terms().size(); i++) {
      Stated term = terms.computeIfAbsent(batch.terms().get(i), Stated::new);
      if (batch.sequence() >= term.statedIn(partition)) {
        set(term, partition, batch.counts().get(i), batch.sequence());
      }
      stated.add(term);
    }
    from.batches.put(batch.sequence(), stated);
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
          terms.remove(term.text);
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
        return own.documentsWith(text) + elsewhere(terms.get(text), partition);
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
      known = terms.get(term.text());
      term.stated = known;
    }
    return known;
  }

  private static long elsewhere(@Nullable Stated term, int partition) {
    if (term == null) {
      return 0;
    }
    long[] counts = term.counts;
    long sum = 0;
    for (int other = 0; other < counts.length; other++) {
      sum += other == partition ? 0 : counts[other];
    }
    return sum;
  }
}
