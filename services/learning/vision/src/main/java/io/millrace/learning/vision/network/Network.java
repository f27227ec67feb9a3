package io.millrace.learning.vision.network;

/**
 * A network as an engine computes it: forward and backward passes, from arrays on the heap to
 * arrays on the heap. It never updates its parameters by itself. A network that learns is used by
 * the thread that made it alone, one that only predicts by one thread at a time.
 */
public interface Network extends AutoCloseable {

  /**
   * The output for a batch, as the network computes it.
   *
   * @param scores {@code float[count, units]}
   * @param pixels {@code float[count, channels, height, width]} of the decoder; empty without one
   */
  record RawOutput(float[] scores, float[] pixels) {}

  /**
   * Sets the parameters.
   *
   * @param values in the layout of the {@link NetworkSpec}; not copied by every engine, so they may
   *     change between passes alone, and only if this is called again before the next one
   */
  void setParameters(float[] values);

  /**
   * Passes a batch forward.
   *
   * @param pixels {@code float[count, channels, height, width]}
   */
  RawOutput predict(float[] pixels, int count);

  /**
   * Passes a part of a batch forward and back.
   *
   * @param gradient the gradient of the loss with respect to the parameters, in the layout of the
   *     {@link NetworkSpec}; written where the network has layers for them
   * @return the output of the forward pass, valid until the next call
   */
  RawOutput learn(TrainingBatch part, float[] gradient);

  /** Frees the engine's memory. */
  @Override
  void close();
}
