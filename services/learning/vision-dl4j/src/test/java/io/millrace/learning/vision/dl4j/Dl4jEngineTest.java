package io.millrace.learning.vision.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.learning.vision.NativePlatform;
import io.millrace.learning.vision.VisionDevice;
import io.millrace.learning.vision.VisionEngine;
import io.millrace.learning.vision.VisionModel;
import io.millrace.learning.vision.VisionModelContract;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.model.NetworkConfig;
import java.util.Collections;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class Dl4jEngineTest extends VisionModelContract {

  private final VisionEngine engine = VisionEngine.named("dl4j");

  @Override
  protected VisionEngine engine() {
    return engine;
  }

  @Test
  void isFoundByItsName() {
    assertThat(engine).isInstanceOf(Dl4jEngine.class);
    assertThatThrownBy(() -> VisionEngine.named("abacus"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("abacus");
  }

  @Test
  void refusesACardAndNamesWhatCanUseOne() {
    assertThat(engine.onDevice(VisionDevice.CPU)).isSameAs(engine);
    assertThatThrownBy(() -> engine.onDevice(VisionDevice.CUDA))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("libtorch");
  }

  @Test
  void needsNoOtherMachineThanTheJvmWhereItHasTheVectorApi() {
    assertThat(engine.problemOn(new NativePlatform("Mac OS X", "aarch64", true, false))).isEmpty();
  }

  @Test
  void namesWhatComputes() {
    assertThat(engine.environment())
        .containsEntry("engine", "millrace kernels")
        .containsKeys("engine.kernels", "engine.threads");
  }

  @Test
  void takesNoMoreMemoryTheLongerItLearns() {
    NetworkConfig config = NetworkConfig.defaults();
    long before = engine.offHeapBytes();
    try (VisionModel model = engine.create(config, 1)) {
      learn(model, 5);
      long early = engine.offHeapBytes();

      learn(model, 40);

      assertThat(engine.offHeapBytes()).isBetween(early - (1 << 20), early + (1 << 20));
    }
    assertThat(engine.offHeapBytes() - before).as("left by a closed network").isLessThan(64 << 20);
  }

  private static void learn(VisionModel model, int updates) {
    var batch = new ImageBatch(model.shape(), 8, new float[8 * model.shape().size()]);
    for (int update = 0; update < updates; update++) {
      model.learn(batch, Collections.nCopies(8, Optional.of("black")));
    }
  }
}
