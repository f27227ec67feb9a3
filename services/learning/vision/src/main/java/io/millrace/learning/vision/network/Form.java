package io.millrace.learning.vision.network;

import io.millrace.learning.vision.Architecture;

/**
 * What a network is made for.
 *
 * @param network its layers
 * @param units of the last layer of the head
 * @param decodes whether it has a decoder
 */
public record Form(Architecture network, int units, boolean decodes) {

  /** Where the parameters stand, the decoder's also where there is none. */
  public Layout layout() {
    return new Layout(network.parameters(units));
  }
}
