package io.millrace.learning.vision.dl4j;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.vision.NativePlatform;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.learning.vision.kernels.KernelPredictor;
import io.millrace.learning.vision.kernels.VectorLanes;
import io.millrace.learning.vision.network.Network;
import io.millrace.learning.vision.network.NetworkEngine;
import io.millrace.learning.vision.network.NetworkSpec;
import java.util.Map;
import java.util.Optional;

/**
 * The engine on Deeplearning4j 1.0.0-M2.1, on the processor, each network on one thread. A network
 * that learns stays on the thread that made it. One that only predicts is computed by the kernels
 * alone where the Vector API is there.
 */
public final class Dl4jEngine extends NetworkEngine {

  /** Found by the service loader. */
  public Dl4jEngine() {
    Nd4jRuntime.prepare();
  }

  @Override
  public String name() {
    return "dl4j";
  }

  /** The build of ND4J that is on the class path uses AVX2 without asking. */
  @Override
  public Optional<String> problemOn(NativePlatform platform) {
    return platform.problemOfLinuxX86(true);
  }

  @Override
  public Map<String, String> environment() {
    return Nd4jRuntime.environment();
  }

  @Override
  public long offHeapBytes() {
    return Nd4jRuntime.offHeapBytes();
  }

  @Override
  public Network create(NetworkSpec spec, double headWeight, double decoderWeight) {
    return new Dl4jNetwork(spec, VectorLanes.available(), headWeight, decoderWeight);
  }

  @Override
  public VisionPredictor load(SafeTensors weights) {
    return VectorLanes.available() ? new KernelPredictor(weights) : super.load(weights);
  }
}
