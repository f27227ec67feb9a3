package io.millrace.learning.vision.kernels;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.vision.PredictorLoader;
import io.millrace.learning.vision.VisionDevice;
import io.millrace.learning.vision.VisionPredictor;
import java.util.Optional;

/** Loads networks that the kernels compute, without any engine's library. */
public final class KernelPredictorLoader implements PredictorLoader {

  /** The engine that trains with the same kernels. */
  private static final String ENGINE = "dl4j";

  private KernelPredictorLoader() {}

  /**
   * The kernels in place of an engine, which then need not be loaded: that of Deeplearning4j on the
   * processor, where the Vector API can be used.
   *
   * @return empty where the engine itself has to predict
   */
  public static Optional<PredictorLoader> inPlaceOf(String engine, VisionDevice device) {
    return engine.equals(ENGINE) && device == VisionDevice.CPU && VectorLanes.available()
        ? Optional.of(new KernelPredictorLoader())
        : Optional.empty();
  }

  @Override
  public VisionPredictor load(SafeTensors weights) {
    return new KernelPredictor(weights);
  }

  /** None: the kernels' memory is the heap's. */
  @Override
  public long offHeapBytes() {
    return 0;
  }
}
