package io.millrace.learning.embedding;

/**
 * Figures of a model, all over its whole life.
 *
 * @param documents learned from
 * @param words met, whether known or not
 * @param unknown those among them that had no vector when their batch was learned from
 * @param counted words that are counted now
 * @param vocabulary words that have a vector now
 * @param evicted words forgotten for want of room
 * @param evictedMass how often those had been met, never too high
 * @param pairs of target and context word learned
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
