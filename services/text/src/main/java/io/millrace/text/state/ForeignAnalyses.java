package io.millrace.text.state;

import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.text.codecs.FrequencyBlockKey;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Live batches of counts that were made with another analysis than this instance has: by another
 * instance with other settings, or before they were changed. Such counts are not added up, and no
 * document is counted while there are any. One thread writes, others may ask.
 */
public final class ForeignAnalyses {

  /** Of batches that say nothing of it. */
  private static final long UNKNOWN = 0;

  private final long own;
  private final Set<FrequencyBlockKey> blocks = ConcurrentHashMap.newKeySet();
  private volatile boolean hasAny;

  /** Other ones than that with a fingerprint. */
  ForeignAnalyses(long own) {
    this.own = own;
  }

  /** Takes note of a batch; returns whether it was counted with another analysis. */
  boolean register(FrequencyBlockKey at, long analysis) {
    boolean other = analysis != own && analysis != UNKNOWN;
    if (other) {
      blocks.add(at);
    } else {
      blocks.remove(at);
    }
    hasAny = !blocks.isEmpty();
    return other;
  }

  /** A batch was withdrawn. */
  void withdraw(FrequencyBlockKey at) {
    if (hasAny) {
      blocks.remove(at);
      hasAny = !blocks.isEmpty();
    }
  }

  /**
   * Returns if there are none.
   *
   * @throws IncompatibleStateException if there are
   */
  public void requireNone() {
    if (hasAny) {
      throw new IncompatibleStateException(
          "the batches %s on document-frequencies were counted with another analysis than this"
                  .formatted(blocks.stream().limit(4).toList())
              + " instance has: give all instances the same text.analysis, stop words, n-grams and"
              + " tokens, or have all documents counted anew by `millrace documents reset`");
    }
  }
}
