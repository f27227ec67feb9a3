package io.millrace.learning.vision.dl4j;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.vision.Architecture;
import io.millrace.learning.vision.VisionConfig;
import io.millrace.learning.vision.VisionEngine;
import io.millrace.learning.vision.VisionModel;
import io.millrace.learning.vision.VisionPredictor;
import java.util.Map;

/**
 * Networks in Deeplearning4j 1.0.0-M2.1 on the processor, their convolutions by oneDNN, on one
 * thread. A network that learns stays on the thread that made it. One that only answers may go to
 * another, since its workspaces are the calling thread's.
 */
public final class Dl4jEngine implements VisionEngine {

  /** Found by the service loader. */
  public Dl4jEngine() {
    Nd4jStart.prepare();
  }

  @Override
  public String name() {
    return "dl4j";
  }

  @Override
  public Map<String, String> environment() {
    return Nd4jStart.environment();
  }

  @Override
  public long offHeapBytes() {
    return Nd4jStart.offHeapBytes();
  }

  @Override
  public VisionModel create(VisionConfig config, long seed) {
    return Dl4jModel.create(config, seed);
  }

  @Override
  public VisionModel restore(
      VisionConfig config, long seed, SafeTensors weights, SafeTensors optimizer) {
    return Dl4jModel.restore(config, seed, weights, optimizer);
  }

  @Override
  public VisionPredictor load(SafeTensors weights) {
    return new Dl4jPredictor(Architecture.of(weights), weights);
  }
}
