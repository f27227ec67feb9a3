package io.millrace.text;

import io.millrace.learning.text.FrequencyView;
import java.util.function.IntSupplier;

/**
 * What all partitions say.
 *
 * @param view their counts
 * @param acknowledgements the commands that they have seen
 * @param partitions how many there are
 */
record Everybody(FrequencyView view, Acknowledgements acknowledgements, IntSupplier partitions) {

  /** Whether a command is the last that each of them has seen. */
  boolean hasSeen(long command) {
    return acknowledgements.byAll(partitions.getAsInt(), command);
  }
}
