package io.millrace.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.settings.ModelFingerprint;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

final class TrainerLoopConfigTest {

  @Test
  void everySettingThatMakesAnotherModelIsInTheFingerprint() {
    ConfigDef definition = TrainerLoopConfig.definition("sum", 1, 1);
    var values = new AbstractConfig(definition, Map.of(), false);

    assertThat(ModelFingerprint.names(definition))
        .map(name -> name.substring("sum.".length()))
        .containsExactlyInAnyOrderElementsOf(
            TrainerLoopConfig.from("sum", values)
                .fingerprint(new SumTrainer(Map.of(), "none"))
                .keySet());
  }
}
