package io.millrace.learning.embedding;

/**
 * The statistics of a model over its whole life, restarts included.
 *
 * @param documents documents learned from
 * @param words words of the documents, repeats included, with a vector or without
 * @param unknown those of them that had no vector when their batch was learned from
 * @param counted words that are counted now
 * @param vocabulary words that have a vector now
 * @param evicted words evicted from the vocabulary
 * @param evictedMass the sum of their counts, never too high
 * @param pairs pairs of target and context word learned from
 * @param loss the sum of the pairs' losses, nats, estimated from one pair in 64
 */
public record SkipGramStats(
    long documents,
    long words,
    long unknown,
    int counted,
    int vocabulary,
    long evicted,
    long evictedMass,
    long pairs,
    double loss) {

  /** The statistics of a model that has learned nothing. */
  public static final SkipGramStats NONE = new SkipGramStats(0, 0, 0, 0, 0, 0, 0, 0, 0);
}
