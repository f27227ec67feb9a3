package io.millrace.learning.vision.libtorch;

import io.millrace.learning.vision.NativePlatform;
import io.millrace.learning.vision.VisionDevice;
import io.millrace.learning.vision.VisionEngine;
import io.millrace.learning.vision.network.Network;
import io.millrace.learning.vision.network.NetworkEngine;
import io.millrace.learning.vision.network.NetworkSpec;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.Pointer;

/**
 * Networks in LibTorch 2.10, each worker's on one thread, or on the first CUDA card. On the
 * processor the same batches give the same bytes; on a card deterministic algorithms are asked for,
 * and full single precision.
 */
public final class LibTorchEngine extends NetworkEngine {

  private final VisionDevice device;

  /** Found by the service loader. */
  public LibTorchEngine() {
    this(VisionDevice.CPU);
    LibTorchRuntime.prepare();
  }

  private LibTorchEngine(VisionDevice device) {
    this.device = device;
  }

  @Override
  public String name() {
    return "libtorch";
  }

  @Override
  public VisionEngine onDevice(VisionDevice other) {
    LibTorchRuntime.requireLibraries();
    if (other == VisionDevice.CUDA) {
      LibTorchRuntime.requireCuda();
    }
    return new LibTorchEngine(other);
  }

  @Override
  public Optional<String> problemOn(NativePlatform platform) {
    return platform.problemOfLinuxX86(false);
  }

  @Override
  public Map<String, String> environment() {
    return LibTorchRuntime.environment(device);
  }

  /**
   * What networks hold between two calls, on the processor's side; a card's memory is not in it.
   */
  @Override
  public long offHeapBytes() {
    return Pointer.totalBytes();
  }

  @Override
  public Network create(NetworkSpec spec, double headWeight, double decoderWeight) {
    return new LibTorchNetwork(spec, device, headWeight, decoderWeight);
  }
}
