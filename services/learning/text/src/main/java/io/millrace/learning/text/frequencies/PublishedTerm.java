package io.millrace.learning.text.frequencies;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A term in {@link PublishedFrequencies}: its count in each partition, and the block that published
 * it. One thread writes, others may read meanwhile.
 */
final class PublishedTerm extends TermKey {

  private static final VarHandle LONG = MethodHandles.arrayElementVarHandle(long[].class);

  /** For each partition a count and the sequence number of its block; none past the end. */
  private volatile long[] counts = {};

  /** Whether it was removed: whoever caches it must look it up again. */
  volatile boolean removed;

  PublishedTerm(TermTextBuffer text) {
    super(text.copy(), text.prefix(), text.hash());
  }

  /** For the writing thread. */
  void set(int partition, long count, long sequence) {
    long[] now = counts;
    if (now.length < 2 * (partition + 1)) {
      long[] longer = Arrays.copyOf(now, 2 * (partition + 1));
      for (int place = now.length; place < longer.length; place += 2) {
        longer[place + 1] = Term.NOT_PUBLISHED;
      }
      now = longer;
      counts = longer;
    }
    LONG.setOpaque(now, 2 * partition, count);
    now[2 * partition + 1] = sequence;
  }

  long publishedIn(int partition) {
    long[] now = counts;
    return 2 * partition < now.length ? now[2 * partition + 1] : Term.NOT_PUBLISHED;
  }

  boolean hasDocuments() {
    long[] now = counts;
    for (int place = 0; place < now.length; place += 2) {
      if (now[place] > 0) {
        return true;
      }
    }
    return false;
  }

  boolean isPublished() {
    long[] now = counts;
    for (int place = 1; place < now.length; place += 2) {
      if (now[place] != Term.NOT_PUBLISHED) {
        return true;
      }
    }
    return false;
  }

  /** df over all partitions but one; for any thread. */
  long docFreqExcept(int partition) {
    long[] now = counts;
    long sum = 0;
    for (int place = 0; place < now.length; place += 2) {
      sum += place == 2 * partition ? 0 : (long) LONG.getOpaque(now, place);
    }
    return sum;
  }
}
