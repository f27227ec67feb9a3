package io.millrace.runtime.settings;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.schemas.input.InputConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

final class InputSettingsTest {

  @SuppressWarnings("unused") // By name, as the source of the settings' names.
  static final String[] NAMES =
      InputConfig.SETTINGS.stream().map(InputConfig.Setting::name).toArray(String[]::new);

  @ParameterizedTest
  @FieldSource("NAMES")
  void refusesAPlaceThatIsNoPointerByName(String name) {
    var settings = Settings.of(Map.of(name, "payload.after.body"));

    assertThatThrownBy(settings::inputs)
        .isInstanceOf(SettingsException.class)
        .hasMessageStartingWith(name + " must be a JSON Pointer")
        .hasMessageEndingWith("was 'payload.after.body'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "#/text", "/a~2b", "/a~", "$.text"})
  void refusesWhatIsNoPointer(String pointer) {
    var settings = Settings.of(Map.of("documents.json.text", pointer));

    assertThatThrownBy(settings::inputs).isInstanceOf(SettingsException.class);
  }

  @Test
  void takesAnEmptyPointerToWhatMayBeMissing() {
    var settings =
        Settings.of(
            Map.of(
                "documents.json.label", "",
                "documents.json.id", "",
                "images.json.label", "",
                "images.json.id", ""));

    assertThatCode(settings::inputs).doesNotThrowAnyException();
  }
}
