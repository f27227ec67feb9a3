package io.millrace.learning.vision.network;

import io.millrace.learning.vision.model.Architecture;

/**
 * What a network is made for.
 *
 * @param architecture its layers
 * @param units of the last layer of the head
 * @param hasDecoder whether it has a decoder
 */
public record NetworkSpec(Architecture architecture, int units, boolean hasDecoder) {

  /** Where the parameters stand, the decoder's also where there is none. */
  public ParameterLayout layout() {
    return new ParameterLayout(architecture.parameters(units));
  }
}
