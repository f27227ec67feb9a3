package io.millrace.learning.vision.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.learning.vision.VisionDevice;
import io.millrace.learning.vision.VisionEngine;
import io.millrace.learning.vision.VisionModel;
import io.millrace.learning.vision.VisionModelContract;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.model.NetworkConfig;
import java.util.Collections;
import java.util.Optional;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;

final class LibTorchEngineTest extends VisionModelContract {

  private static final long MIB = 1 << 20;

  private final VisionEngine engine = VisionEngine.named("libtorch");

  @Override
  protected VisionEngine engine() {
    return engine;
  }

  @Test
  void namesWhatComputes() {
    assertThat(engine.environment())
        .containsEntry("engine", "libtorch 2.10.0")
        .containsEntry("engine.threads", "1");
    assertThat(engine.environment().get("engine.kernels")).startsWith("cpu ");
  }

  @Test
  @DisabledIf("io.millrace.learning.vision.libtorch.LibTorchCudaTest#card")
  void refusesACardThatIsNotThereAndSaysWhatToDo() {
    assertThatThrownBy(() -> engine.onDevice(VisionDevice.CUDA))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("-Pcuda")
        .hasMessageContaining("vision.device=cpu");
  }

  @Test
  void takesNoMoreMemoryTheLongerItLearns() {
    NetworkConfig config = NetworkConfig.defaults();
    long before = engine.offHeapBytes();
    try (VisionModel model = engine.create(config, 1)) {
      learn(model, 30);
      long held = engine.offHeapBytes();
      long process = Pointer.physicalBytes();

      learn(model, 100);

      assertThat(held).isGreaterThan(before);
      assertThat(engine.offHeapBytes()).isCloseTo(held, within(1_000L));
      // A update's activations take 4 MiB for 16 images: kept, they would be 400.
      assertThat(Pointer.physicalBytes() - process).isLessThan(100 * MIB);
    }
    assertThat(engine.offHeapBytes() - before).as("left by a closed network").isLessThan(1_000);
  }

  private static void learn(VisionModel model, int updates) {
    var batch = new ImageBatch(model.shape(), 16, new float[16 * model.shape().size()]);
    for (int update = 0; update < updates; update++) {
      model.learn(batch, Collections.nCopies(16, Optional.of("black")));
    }
  }
}
