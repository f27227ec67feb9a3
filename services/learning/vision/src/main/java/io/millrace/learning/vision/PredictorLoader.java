package io.millrace.learning.vision;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;

/** Loads networks that only predict. A {@link VisionEngine} can train them as well. */
public interface PredictorLoader {

  /**
   * Loads a network.
   *
   * @param weights as {@link VisionModel#weights} returns them
   * @throws SafeTensorsException if the bytes are no such network
   */
  VisionPredictor load(SafeTensors weights);

  /** Bytes held outside the heap now, over all networks of the process. */
  long offHeapBytes();
}
