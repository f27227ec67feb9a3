package io.millrace.text.state;

import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.schemas.AnalysisFingerprint;
import io.millrace.schemas.FrequencyBlockKey;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The live blocks of frequencies that were counted with another analysis than that of this
 * instance: by an instance with other settings, or before the settings were changed. Their counts
 * are not added up, and no document is counted while there are any.
 *
 * <p>One thread registers, others may ask meanwhile.
 */
final class ForeignAnalyses {

  private static final int MAX_NAMED = 4;

  private final long own;
  private final Set<FrequencyBlockKey> blocks = ConcurrentHashMap.newKeySet();
  private volatile boolean hasAny;

  /**
   * None yet.
   *
   * @param own the fingerprint of the analysis of this instance
   */
  ForeignAnalyses(long own) {
    this.own = own;
  }

  /**
   * Registers a block.
   *
   * @param analysis the fingerprint of the analysis that it was counted with
   * @return whether that is another one
   */
  boolean register(FrequencyBlockKey block, long analysis) {
    boolean isForeign = analysis != own && analysis != AnalysisFingerprint.UNKNOWN;
    if (isForeign) {
      blocks.add(block);
    } else {
      blocks.remove(block);
    }
    hasAny = !blocks.isEmpty();
    return isForeign;
  }

  /** Removes a block that was withdrawn. */
  void withdraw(FrequencyBlockKey block) {
    if (hasAny) {
      blocks.remove(block);
      hasAny = !blocks.isEmpty();
    }
  }

  /**
   * Returns if there are none.
   *
   * @throws IncompatibleStateException if there are any
   */
  void requireNone() {
    if (hasAny) {
      throw new IncompatibleStateException(
          ("the blocks %s on document-frequencies were counted with another analysis than that of"
                  + " this instance: give all instances the same text.analysis, stop words, n-grams"
                  + " and tokens, or let all documents be counted again by `millrace documents"
                  + " reset`")
              .formatted(blocks.stream().limit(MAX_NAMED).toList()));
    }
  }
}
