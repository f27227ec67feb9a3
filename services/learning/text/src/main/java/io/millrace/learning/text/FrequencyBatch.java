package io.millrace.learning.text;

import java.util.List;

/**
 * A batch of statements of a {@link FrequencyLog}. Immutable.
 *
 * @param sequence its place in the log, from 0; later batches overrule earlier ones
 * @param figures what the partition says of itself at this moment
 * @param terms the terms that it states, each once
 * @param counts how many of the documents hold each term, 0 included
 */
public record FrequencyBatch(
    long sequence, PartitionFigures figures, List<String> terms, List<Long> counts) {
  public FrequencyBatch {
    terms = List.copyOf(terms);
    counts = List.copyOf(counts);
    if (terms.size() != counts.size()) {
      throw new IllegalArgumentException(
          "as many counts as terms, was " + counts.size() + " for " + terms.size());
    }
  }

  /** Of a partition that has evicted nothing and keeps no time. */
  public FrequencyBatch(long sequence, long documents, List<String> terms, List<Long> counts) {
    this(sequence, new PartitionFigures(documents, 0, PartitionFigures.NEVER), terms, counts);
  }

  /** How many live documents there are. */
  public long documents() {
    return figures.documents();
  }
}
