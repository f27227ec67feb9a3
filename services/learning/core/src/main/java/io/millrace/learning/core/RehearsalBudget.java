package io.millrace.learning.core;

import java.nio.ByteBuffer;

/**
 * How much a learner may still learn again from what it keeps, so that it learns from an example a
 * bounded number of times in all: repeated augmented rehearsal (Zhang et al. 2022, "A Simple but
 * Strong Baseline for Online Continual Learning: Repeated Augmented Rehearsal"). Every new example
 * adds its passes, every example that is learned from again takes one.
 *
 * @param left examples that may be learned from again, each time counted
 */
public record RehearsalBudget(long left) {

  public static final RehearsalBudget NONE = new RehearsalBudget(0);

  /**
   * The bounds.
   *
   * @param passes how many times an example may be learned from again, on average; 0 for never
   * @param maxExamples the most that a budget can grow to
   */
  public record Limits(int passes, long maxExamples) {}

  /** The budget after new examples. */
  public RehearsalBudget plus(long newExamples, Limits limits) {
    return new RehearsalBudget(
        Math.min(limits.maxExamples(), left + newExamples * limits.passes()));
  }

  /** The budget after examples were learned from again. */
  public RehearsalBudget minus(long rehearsed) {
    return new RehearsalBudget(Math.max(0, left - rehearsed));
  }

  /** The updates of some examples each that are left, rounded up. */
  public long updates(int examplesPerUpdate) {
    return Math.ceilDiv(left, examplesPerUpdate);
  }

  /** Encodes it for a checkpoint. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(Long.BYTES).putLong(left).array();
  }

  /**
   * Decodes what {@link #toBytes} encoded.
   *
   * @throws IllegalArgumentException if it is something else
   */
  public static RehearsalBudget read(byte[] bytes) {
    if (bytes.length != Long.BYTES) {
      throw new IllegalArgumentException(
          "a rehearsal budget has " + Long.BYTES + " bytes, not " + bytes.length);
    }
    return new RehearsalBudget(ByteBuffer.wrap(bytes).getLong());
  }
}
