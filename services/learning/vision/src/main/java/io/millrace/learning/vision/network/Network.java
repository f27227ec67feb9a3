package io.millrace.learning.vision.network;

/**
 * Weights in an engine's memory, and the passes through them; numbers come from the heap and go
 * back to it. Takes no step by itself. One that learns stays on the thread that made it, one that
 * only answers is used by one thread at a time.
 */
public interface Network extends AutoCloseable {

  /**
   * What a network said of a batch.
   *
   * @param scores {@code float[count, units]}
   * @param pixels {@code float[count, channels, height, width]} as decoded, or none
   */
  record RawOutput(float[] scores, float[] pixels) {}

  /** Takes the weights, in the form's layout. */
  void setParameters(float[] values);

  /**
   * Answers a batch.
   *
   * @param pixels {@code float[count, channels, height, width]}
   */
  RawOutput predict(float[] pixels, int count);

  /**
   * Passes a part of a batch forward and back.
   *
   * @param gradient of the loss by the parameters, in the form's layout; written where there are
   *     layers for them
   * @return what the network said of it, good until the next call
   */
  RawOutput learn(TrainingBatch lesson, float[] gradient);

  /** Lets go of the engine's memory. */
  @Override
  void close();
}
