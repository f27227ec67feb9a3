package io.millrace.learning.vision.network;

/** Makes an engine's networks; each on the thread that will use it. */
@FunctionalInterface
public interface NetworkFactory {

  /**
   * A network without weights.
   *
   * @param headWeight the weight of the head's loss
   * @param decoderWeight the weight of the decoder's loss
   */
  Network create(NetworkSpec form, double headWeight, double decoderWeight);
}
