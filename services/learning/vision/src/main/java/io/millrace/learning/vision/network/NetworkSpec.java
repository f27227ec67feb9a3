package io.millrace.learning.vision.network;

import io.millrace.learning.vision.model.Architecture;

/**
 * The size of a network in memory.
 *
 * @param architecture its layers
 * @param units of the last layer of the head
 * @param hasDecoder whether it has a decoder
 */
public record NetworkSpec(Architecture architecture, int units, boolean hasDecoder) {

  /** Where the parameters are in their vector; the decoder's have a place also without one. */
  public ParameterLayout layout() {
    return new ParameterLayout(architecture.parameters(units));
  }
}
