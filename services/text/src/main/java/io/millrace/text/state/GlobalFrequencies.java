package io.millrace.text.state;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.frequencies.PublishedFrequencies;
import java.util.function.IntSupplier;

/**
 * What all partitions say.
 *
 * @param frequencies their counts
 * @param acknowledgements the commands that they have seen
 * @param foreignAnalyses counts that are none of ours
 * @param partitions how many there are
 */
public record GlobalFrequencies(
    PublishedFrequencies frequencies,
    RefreshAcknowledgements acknowledgements,
    ForeignAnalyses foreignAnalyses,
    IntSupplier partitions) {

  /** At the beginning, of a service with some analysis. */
  public static GlobalFrequencies empty(Analysis analysis, IntSupplier partitions) {
    return new GlobalFrequencies(
        new PublishedFrequencies(),
        new RefreshAcknowledgements(),
        new ForeignAnalyses(AnalysisCompatibility.fingerprint(analysis)),
        partitions);
  }

  /** Whether a command is the last that each of them has seen. */
  public boolean isAcknowledgedByAll(long command) {
    return acknowledgements.isAcknowledgedByAll(partitions.getAsInt(), command);
  }
}
