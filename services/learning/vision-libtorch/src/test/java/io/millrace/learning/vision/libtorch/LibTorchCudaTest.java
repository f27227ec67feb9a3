package io.millrace.learning.vision.libtorch;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.vision.PyTorchContract;
import io.millrace.learning.vision.VisionDevice;
import io.millrace.learning.vision.VisionEngine;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** On a graphics card the steps are PyTorch's too. */
@EnabledIf(value = "card", disabledReason = "no CUDA card is found, or not built with -Pcuda")
final class LibTorchCudaTest extends PyTorchContract {

  static boolean card() {
    LibTorchRuntime.prepare();
    return torch.cuda_is_available();
  }

  @Override
  protected VisionEngine engine() {
    return new LibTorchEngine().onDevice(VisionDevice.CUDA);
  }

  @Test
  void namesTheCardsLibraries() {
    assertThat(engine().environment().get("engine.kernels")).startsWith("cuda ");
  }
}
