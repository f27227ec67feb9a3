package io.millrace.learning.vision.dl4j;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.vision.NativePlatform;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.learning.vision.kernels.KernelNetwork;
import io.millrace.learning.vision.kernels.KernelPredictor;
import io.millrace.learning.vision.kernels.VectorLanes;
import io.millrace.learning.vision.network.Network;
import io.millrace.learning.vision.network.NetworkEngine;
import io.millrace.learning.vision.network.NetworkSpec;
import java.util.Map;
import java.util.Optional;

/**
 * The engine on the processor, each network on one thread. Where the Vector API is there, the
 * kernels compute all networks, and no class of Deeplearning4j is loaded; else Deeplearning4j
 * 1.0.0-M2.1 with oneDNN does, and a network that learns stays on the thread that made it.
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

  /** None with the Vector API; the build of ND4J on the class path uses AVX2 without asking. */
  @Override
  public Optional<String> problemOn(NativePlatform platform) {
    return VectorLanes.available() ? Optional.empty() : platform.problemOfLinuxX86(true);
  }

  @Override
  public Map<String, String> environment() {
    return VectorLanes.available() ? VectorLanes.environment() : Nd4jRuntime.environment();
  }

  /** None of the kernels: their memory is the heap's. */
  @Override
  public long offHeapBytes() {
    return VectorLanes.available() ? 0 : Nd4jRuntime.offHeapBytes();
  }

  @Override
  public Network create(NetworkSpec spec, double headWeight, double decoderWeight) {
    return VectorLanes.available()
        ? new KernelNetwork(spec, headWeight, decoderWeight)
        : new Dl4jNetwork(spec, headWeight, decoderWeight);
  }

  @Override
  public boolean channelsLast() {
    return VectorLanes.available();
  }

  @Override
  public VisionPredictor load(SafeTensors weights) {
    return VectorLanes.available() ? new KernelPredictor(weights) : super.load(weights);
  }
}
