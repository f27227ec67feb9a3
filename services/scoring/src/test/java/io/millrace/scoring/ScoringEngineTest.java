package io.millrace.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.learning.vision.kernels.KernelPredictorLoader;
import io.millrace.runtime.settings.EngineConfig;
import io.millrace.runtime.settings.SettingsException;
import org.junit.jupiter.api.Test;

/** Which library loads the networks that answer images. */
final class ScoringEngineTest {

  @Test
  void theKernelsStandInForDeeplearning4j() {
    assertThat(ScoringService.loader(new EngineConfig("dl4j", "cpu")))
        .isInstanceOf(KernelPredictorLoader.class);
  }

  @Test
  void anotherEngineLoadsItsNetworksItself() {
    assertThat(ScoringService.loader(new EngineConfig(TestEngine.NAME, "cpu")))
        .isInstanceOf(TestEngine.class);
  }

  @Test
  void deeplearning4jIsRefusedACard() {
    assertThatThrownBy(() -> ScoringService.loader(new EngineConfig("dl4j", "cuda")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("vision.device=cuda")
        .hasMessageContaining("libtorch");
  }

  @Test
  void anEngineThatIsNotThereIsRefusedByItsName() {
    assertThatThrownBy(() -> ScoringService.loader(new EngineConfig("abacus", "cpu")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("vision.engine=abacus");
  }
}
