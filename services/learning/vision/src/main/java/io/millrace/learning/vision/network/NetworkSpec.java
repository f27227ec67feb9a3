package io.millrace.learning.vision.network;

import io.millrace.learning.vision.model.Architecture;

/**
 * The size of a network in memory.
 *
 * @param architecture its layers
 * @param units of the last layer of the head
 * @param hasDecoder whether it has a decoder
 * @param channelsLast whether the inputs of the head's hidden layer are in the order height, width,
 *     channel, or else in PyTorch's, channel, height, width
 */
public record NetworkSpec(
    Architecture architecture, int units, boolean hasDecoder, boolean channelsLast) {

  /** Where the parameters are in their vector; the decoder's have a place also without one. */
  public ParameterLayout layout() {
    return channelsLast
        ? ParameterLayout.channelsLast(architecture.parameters(units), architecture)
        : new ParameterLayout(architecture.parameters(units));
  }
}
