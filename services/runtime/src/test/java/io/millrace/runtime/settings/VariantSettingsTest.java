package io.millrace.runtime.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class VariantSettingsTest {

  private static final ConfigDef VISION = definition("vision");
  private static final ConfigDef TEXT =
      new ConfigDef().define("text.hidden", Type.INT, 1, Importance.LOW, "Not of a trainer.");
  private static final List<ConfigDef> ALL = List.of(CommonConfig.definition(), VISION, TEXT);

  @TempDir private Path folder;

  private static ConfigDef definition(String service) {
    ConfigDef definition =
        new ConfigDef()
            .define(
                service + ".hidden",
                Type.INT,
                10,
                ConfigDef.Range.atLeast(1),
                Importance.LOW,
                "Units.")
            .define(service + ".replay.ratio", Type.INT, 3, Importance.LOW, "Images.")
            .define(service + ".classes.max", Type.INT, 4, Importance.LOW, "Classes.");
    VariantSettings.define(definition, service);
    return definition;
  }

  @Test
  void aVariantHasItsOwnValuesAndOtherwiseThoseOfItsService() {
    Settings settings =
        load(
            Map.of(
                "vision.variants", "wide, slow",
                "vision.hidden", "20",
                "vision.replay.ratio", "5",
                "vision.wide.hidden", "512",
                "vision.slow.replay.ratio", "1"));

    assertThat(VariantSettings.names(settings, VISION, "vision")).containsExactly("wide", "slow");
    assertThat(numbers(settings)).containsExactly(20, 5);
    assertThat(numbers(settings.ofVariant("vision", "wide"))).containsExactly(512, 5);
    assertThat(numbers(settings.ofVariant("vision", "slow"))).containsExactly(20, 1);
  }

  @Test
  void fileVariablesAndCommandLineMayEachGiveAPart() throws Exception {
    Path file = folder.resolve("millrace.properties");
    Files.writeString(file, "vision.wide.hidden=1\nvision.wide.replay.ratio=7\n");
    Map<String, String> environment =
        Map.of("MILLRACE_VISION_VARIANTS", "wide", "MILLRACE_VISION_WIDE_CLASSES_MAX", "9");

    Settings settings =
        Settings.load(file, environment, Map.of("vision.wide.hidden", "2"), ALL)
            .ofVariant("vision", "wide");

    assertThat(numbers(settings)).containsExactly(2, 7);
    assertThat(settings.read(VISION).getInt("vision.classes.max")).isEqualTo(9);
  }

  @Test
  void defaultsThatAreSetLaterHoldForVariantsToo() {
    Settings settings =
        load(Map.of("vision.variants", "wide", "vision.wide.hidden", "2"))
            .withDefaults(Map.of("vision.hidden", "7", "vision.replay.ratio", "8"));

    assertThat(numbers(settings.ofVariant("vision", "wide"))).containsExactly(2, 8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vision.slow.hidden | vision has no variant named slow: name it in vision.variants",
        "vision.wide.hiden | vision has no setting vision.hiden",
        "vision.wide.variants | vision.variants cannot differ between variants",
        "vision.wide.models | vision.models cannot differ between variants",
        "vision.wide.engine | vision.engine cannot differ between variants",
        "vision.wide.max.classes | is now called vision.wide.classes.max",
        "text.wide.hidden | see `millrace up --help`"
      })
  void refusesASettingThatNoVariantHas(String name, String why) {
    assertThatThrownBy(() -> load(Map.of("vision.variants", "wide", name, "1")))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(why);
  }

  @Test
  void refusesAVariableOfAVariantThatIsNotNamed() {
    assertThatThrownBy(
            () -> Settings.load(null, Map.of("MILLRACE_VISION_WIDE_HIDDEN", "1"), Map.of(), ALL))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("MILLRACE_VISION_WIDE_HIDDEN");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Wide", "wi-de", "wi.de", "1st", "replay", "hidden", "variants", "engine", "a,a"})
  void refusesANameThatCannotBeAVariants(String name) {
    Settings settings = Settings.of(Map.of("vision.variants", name));

    assertThatThrownBy(() -> VariantSettings.names(settings, VISION, "vision"))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("vision.variants");
  }

  @Test
  void aBadValueIsNamedAsItWasGiven() {
    Settings settings =
        load(Map.of("vision.variants", "wide", "vision.wide.hidden", "0", "vision.hidden", "1"));

    assertThat(settings.read(VISION).getInt("vision.hidden")).isEqualTo(1);
    assertThatThrownBy(() -> settings.ofVariant("vision", "wide").read(VISION))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("vision.wide.hidden")
        .hasMessageNotContaining(" vision.hidden");
  }

  @Test
  void withoutVariantsNothingChanges() {
    Settings settings = load(Map.of("vision.hidden", "3"));

    assertThat(VariantSettings.names(settings, VISION, "vision")).isEmpty();
    assertThat(VariantSettings.names(settings, TEXT, "text")).isEmpty();
    assertThat(settings.withGivenNames("vision.hidden is bad")).isEqualTo("vision.hidden is bad");
  }

  private static List<Integer> numbers(Settings settings) {
    var values = settings.read(VISION);
    return List.of(values.getInt("vision.hidden"), values.getInt("vision.replay.ratio"));
  }

  private static Settings load(Map<String, String> given) {
    return Settings.load(null, Map.of(), given, ALL);
  }
}
