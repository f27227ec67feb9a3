package io.millrace.learning.vision.network;

/** Creates an engine's networks, each on the thread that will use it. */
@FunctionalInterface
public interface NetworkFactory {

  /**
   * Creates a network whose parameters are not set yet.
   *
   * @param headWeight the weight of the head's loss
   * @param decoderWeight the weight of the decoder's loss
   */
  Network create(NetworkSpec spec, double headWeight, double decoderWeight);

  /** Whether its networks have their channels last, as {@link NetworkSpec#channelsLast} says. */
  default boolean channelsLast() {
    return false;
  }
}
