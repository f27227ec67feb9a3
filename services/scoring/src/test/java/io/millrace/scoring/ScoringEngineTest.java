package io.millrace.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.learning.vision.kernels.KernelPredictorLoader;
import io.millrace.runtime.settings.EngineConfig;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.scoring.answers.NetworkLoader;
import org.junit.jupiter.api.Test;

/** Which library loads the networks that answer images. */
final class ScoringEngineTest {

  @Test
  void theKernelsStandInForDeeplearning4j() {
    assertThat(NetworkLoader.of(new EngineConfig("dl4j", "cpu")))
        .isInstanceOf(KernelPredictorLoader.class);
  }

  @Test
  void anotherEngineLoadsItsNetworksItself() {
    assertThat(NetworkLoader.of(new EngineConfig(TestEngine.NAME, "cpu")))
        .isInstanceOf(TestEngine.class);
  }

  @Test
  void deeplearning4jIsRefusedACard() {
    assertThatThrownBy(() -> NetworkLoader.of(new EngineConfig("dl4j", "cuda")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("vision.device=cuda")
        .hasMessageContaining("libtorch");
  }

  @Test
  void anEngineThatIsNotThereIsRefusedByItsName() {
    assertThatThrownBy(() -> NetworkLoader.of(new EngineConfig("abacus", "cpu")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("vision.engine=abacus");
  }
}
