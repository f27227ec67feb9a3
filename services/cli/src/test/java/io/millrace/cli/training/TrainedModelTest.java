package io.millrace.cli.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.settings.ServiceRegistry;
import io.millrace.runtime.settings.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TrainedModelTest {

  private static final Settings SETTINGS =
      Settings.load(
          null,
          Map.of(),
          Map.of(
              "vision.variants", "wide,slow",
              "vision.models", "vision-slow",
              "vision.wide.hidden", "7",
              "classifier.variants", "narrow"),
          ServiceRegistry.definitions());

  @Test
  void theModelsOfTheSettings() {
    assertThat(TrainedModel.all(SETTINGS))
        .extracting(TrainedModel::toString)
        .containsExactly(
            "classifier", "classifier-narrow", "embedding", "vision", "vision-wide", "vision-slow");
    assertThat(TrainedModel.trained(SETTINGS, "vision"))
        .extracting(TrainedModel::toString)
        .containsExactly("vision-slow");
    assertThat(TrainedModel.trained(SETTINGS, "text")).isEmpty();
  }

  @Test
  void aVariantIsTrainedByTheServiceOfItsKindWithItsOwnSettings() {
    TrainedModel wide = TrainedModel.of("vision-wide").orElseThrow();

    assertThat(wide.isVariant()).isTrue();
    assertThat(wide.service()).isEqualTo("vision");
    assertThat(wide.input(SETTINGS.topics()).name()).isEqualTo("image-examples");
    assertThat(wide.settings(SETTINGS).read(wide.models().definition()).getInt("vision.hidden"))
        .isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "text", "scoring-wide", "vision-", "vision-Wide", "vision-a-b"})
  void otherNamesAreOfNoModel(String name) {
    assertThat(TrainedModel.of(name)).isEmpty();
  }
}
