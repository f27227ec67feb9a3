package io.millrace.text;

import io.millrace.runtime.UnusableStateException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Live batches of counts that were made with another analysis than this instance has: by another
 * instance with other settings, or before they were changed. Such counts are not added up, and no
 * document is counted while there are any. One thread writes, others may ask.
 */
final class OtherAnalyses {

  /** Of batches that say nothing of it. */
  private static final long UNKNOWN = 0;

  private final long own;
  private final Set<BatchKey> live = ConcurrentHashMap.newKeySet();
  private volatile boolean any;

  /** Other ones than that with a fingerprint. */
  OtherAnalyses(long own) {
    this.own = own;
  }

  /** Takes note of a batch; returns whether it was counted with another analysis. */
  boolean holds(BatchKey at, long analysis) {
    boolean other = analysis != own && analysis != UNKNOWN;
    if (other) {
      live.add(at);
    } else {
      live.remove(at);
    }
    any = !live.isEmpty();
    return other;
  }

  /** A batch was withdrawn. */
  void withdraw(BatchKey at) {
    if (any) {
      live.remove(at);
      any = !live.isEmpty();
    }
  }

  /**
   * Returns if there are none.
   *
   * @throws UnusableStateException if there are
   */
  void requireNone() {
    if (any) {
      throw new UnusableStateException(
          "the batches %s on document-frequencies were counted with another analysis than this"
                  .formatted(live.stream().limit(4).toList())
              + " instance has: give all instances the same text.analysis, stop words, n-grams and"
              + " tokens, or have all documents counted anew by `millrace documents reset`");
    }
  }
}
