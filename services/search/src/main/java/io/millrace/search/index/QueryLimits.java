package io.millrace.search.index;

import java.time.Duration;

/**
 * What one query may cost.
 *
 * @param maxTerms the most terms of a vector that are looked up, the heaviest ones; at least 1
 * @param maxCandidates the most documents that are compared, unless more are asked for
 * @param timeout how long a query may take; positive
 */
public record QueryLimits(int maxTerms, int maxCandidates, Duration timeout) {

  /** The defaults of the settings. */
  public static final QueryLimits DEFAULT = new QueryLimits(1_024, 100_000, Duration.ofSeconds(10));
}
