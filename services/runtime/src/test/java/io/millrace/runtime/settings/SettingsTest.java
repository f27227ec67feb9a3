package io.millrace.runtime.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class SettingsTest {

  private static final ConfigDef OWN =
      new ConfigDef()
          .define(
              "vision.batch.size",
              Type.INT,
              64,
              ConfigDef.Range.atLeast(1),
              Importance.HIGH,
              "Images in a batch.");

  private static final List<ConfigDef> ALL = List.of(CommonConfig.definition(), OWN);

  @TempDir Path folder;

  @Test
  void theCommandLineWinsOverVariablesAndThoseOverTheFile() throws Exception {
    Path file = file("vision.batch.size=1\nhttp.port=1\ntopics.prefix=file-\n");
    var environment = Map.of("MILLRACE_VISION_BATCH_SIZE", "2", "MILLRACE_HTTP_PORT", "2");

    var settings = Settings.load(file, environment, Map.of("vision.batch.size", "3"), ALL);

    assertThat(settings.read(OWN).getInt("vision.batch.size")).isEqualTo(3);
    assertThat(settings.common().http().port()).isEqualTo(2);
    assertThat(settings.topics().images().name()).isEqualTo("file-images");
  }

  @Test
  void refusesAnUnknownVariableByItsName() {
    var environment = Map.of("MILLRACE_VISION_BATCHSIZE", "2");

    assertThatThrownBy(() -> Settings.load(null, environment, Map.of(), ALL))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("MILLRACE_VISION_BATCHSIZE");
  }

  @Test
  void refusesAnUnknownNameInTheFile() throws Exception {
    Path file = file("vision.batchsize=1\n");

    assertThatThrownBy(() -> Settings.load(file, Map.of(), Map.of(), ALL))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("vision.batchsize")
        .hasMessageContaining(file.toString());
  }

  @Test
  void refusesAnUnknownNameOnTheCommandLine() {
    var overrides = Map.of("vision.batchsize", "1");

    assertThatThrownBy(() -> Settings.load(null, Map.of(), overrides, ALL))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("vision.batchsize");
  }

  @ParameterizedTest
  @MethodSource("renamed")
  void refusesAnOldNameAndSaysTheNewOne(String old, String now) throws Exception {
    Path file = file(old + "=1\n");
    var variable = Map.of(Settings.variable(old), "1");

    assertThatThrownBy(() -> Settings.load(file, Map.of(), Map.of(), ALL))
        .isInstanceOf(SettingsException.class)
        .hasMessage("the setting %s in %s is now called %s: set that one", old, file, now);
    assertThatThrownBy(() -> Settings.load(null, variable, Map.of(), ALL))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "the variable %s is now called %s: set that one",
            Settings.variable(old), Settings.variable(now));
    assertThatThrownBy(() -> Settings.load(null, Map.of(), Map.of(old, "1"), ALL))
        .isInstanceOf(SettingsException.class)
        .hasMessage("the setting %s is now called %s: set that one", old, now);
  }

  @Test
  void theSettingsOfAnOldCheckpointGetTheirNewNames() {
    var old = Map.of("averaging", "0.99", "seed", "42");

    assertThat(RenamedSettings.withNewNames("vision", old))
        .containsExactlyInAnyOrderEntriesOf(Map.of("ema.decay", "0.99", "seed", "42"));
    assertThat(RenamedSettings.withNewNames("sum", old)).isEqualTo(old);
  }

  /** A checkpoint from when vision had a limit of its own still fits. */
  @Test
  void aSettingThatAllServicesShareIsNoPartOfAModel() {
    assertThat(RenamedSettings.withNewNames("vision", Map.of("max.pixels", "4194304", "seed", "1")))
        .isEqualTo(Map.of("seed", "1"));
  }

  static Stream<Arguments> renamed() {
    return RenamedSettings.all().entrySet().stream()
        .map(names -> Arguments.of(names.getKey(), names.getValue()));
  }

  @Test
  void whatWasGivenWinsOverWhatIsGivenElse() {
    var settings = Settings.of(Map.of("http.port", "1")).withDefaults(Map.of("http.port", "2"));

    assertThat(settings.common().http().port()).isEqualTo(1);
  }

  @Test
  void refusesABadValueAndNamesTheSetting() {
    var settings = Settings.of(Map.of("vision.batch.size", "0"));

    assertThatThrownBy(() -> settings.read(OWN))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("vision.batch.size");
  }

  @Test
  void passesKafkasOwnSettingsToTheClients() throws Exception {
    Path file = file("kafka.security.protocol=SSL\n");
    var environment = Map.of("MILLRACE_KAFKA_SSL_TRUSTSTORE_LOCATION", "/trust");

    var client = Settings.load(file, environment, Map.of(), ALL).kafkaClient();

    assertThat(client)
        .containsEntry("security.protocol", "SSL")
        .containsEntry("ssl.truststore.location", "/trust")
        .containsEntry("bootstrap.servers", "localhost:9092");
  }

  private Path file(String content) throws Exception {
    return Files.writeString(folder.resolve("millrace.properties"), content);
  }

  @Test
  void readsAFileWithAByteOrderMark() throws IOException {
    Path file = folder.resolve("mark.properties");
    Files.writeString(file, "\ufefftopics.prefix=a-\n");

    var settings = Settings.load(file, Map.of(), Map.of(), List.of(CommonConfig.definition()));

    assertThat(settings.topics().prefix()).isEqualTo("a-");
  }

  @Test
  void refusesAFileOfAnotherCharsetByItsLine() throws IOException {
    Path file = folder.resolve("latin.properties");
    Files.write(file, "# first\ntopics.prefix=\u00fcber\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> Settings.load(file, Map.of(), Map.of(), ALL))
        .isInstanceOf(SettingsException.class)
        .hasMessage(
            "cannot read the settings file "
                + file
                + ": line 2 holds the byte 0xfc, which is not UTF-8: save the file as UTF-8");
  }
}
