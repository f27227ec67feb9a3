package io.millrace.text;

import io.millrace.learning.text.Analysis;
import io.millrace.learning.text.FrequencyView;
import java.util.function.IntSupplier;

/**
 * What all partitions say.
 *
 * @param view their counts
 * @param acknowledgements the commands that they have seen
 * @param others counts that are none of ours
 * @param partitions how many there are
 */
record Everybody(
    FrequencyView view,
    Acknowledgements acknowledgements,
    OtherAnalyses others,
    IntSupplier partitions) {

  /** At the beginning, of a service with some analysis. */
  static Everybody begin(Analysis analysis, IntSupplier partitions) {
    return new Everybody(
        new FrequencyView(),
        new Acknowledgements(),
        new OtherAnalyses(KeptAnalysis.fingerprint(analysis)),
        partitions);
  }

  /** Whether a command is the last that each of them has seen. */
  boolean hasSeen(long command) {
    return acknowledgements.byAll(partitions.getAsInt(), command);
  }
}
