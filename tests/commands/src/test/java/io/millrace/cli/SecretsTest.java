package io.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.cli.settings.ServiceRegistry;
import io.millrace.runtime.settings.Settings;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No error, log line or help shows a secret, also with {@code --verbose}. */
final class SecretsTest {

  private static final String SECRET = "unmistakable-Geheimnis-4711";
  private static final String LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\" password=\"";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kafka.sasl.jaas.config=" + SECRET,
        "kafka.sasl.jaas.config=" + SECRET + ";",
        "kafka.sasl.jaas.config=" + LOGIN + SECRET,
        "kafka.sasl.jaas.config=" + LOGIN + SECRET + "\"",
        "kafka.sasl.jaas.config=" + LOGIN + SECRET + "\" " + SECRET + ";",
        "kafka.sasl.jaas.config=" + LOGIN + SECRET + "\";",
        "kafka.sasl.jaas.config=no.such.Module required password=\"" + SECRET + "\";",
        "kafka.ssl.keystore.password=" + SECRET,
        "kafka.ssl.key.password=" + SECRET,
        "kafka.ssl.truststore.password=" + SECRET,
        "kafka.ssl.keystore.key=" + SECRET,
        "kafka.ssl.keystore.pasword=" + SECRET,
        "kafka.sasl.login.class=java.lang.String",
        "schema.registry.basic.auth=" + SECRET,
        "http.token=" + "unmistakable-Geheimnis-4711 with spaces",
        "http.token=" + SECRET + "\u00e9",
        "otel.exporter.otlp.endpoint=http://u:" + SECRET + "@127.0.0.1:1",
        "otel.exporter.otlp.endpoint=u:" + SECRET + "@127.0.0.1:1",
        "otel.exporter.otlp.headers=" + SECRET,
        "otel.exporter.otlp.headers=authorization=Bearer " + SECRET + ",api-key",
        "otel.exporter.otlp.headers=a b=" + SECRET,
        "otel.exporter.otlp.headers=api-key=" + SECRET + "\nx",
        "sasl.jaas.config=" + SECRET,
        "http.tokn=" + SECRET
      })
  void aBadSettingIsRefusedWithoutItsValue(String setting) {
    for (String protocol : List.of("SASL_SSL")) {
      String shown =
          shown(
              "--verbose",
              "up",
              "--bootstrap",
              "127.0.0.1:1",
              "--http-port",
              "0",
              "--services",
              "labelling",
              "--dir",
              folder.toString(),
              "--set",
              "kafka.security.protocol=" + protocol,
              "--set",
              "kafka.sasl.mechanism=PLAIN",
              "--set",
              "log.level=debug",
              "--set",
              "otel.exporter.otlp.endpoint=http://127.0.0.1:1",
              "--set",
              setting);

      assertThat(shown).isNotBlank().doesNotContain(SECRET);
    }
  }

  @Test
  void aSettingsFileThatCannotBeReadIsNotShown() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("bad.properties"),
            "http.token=" + SECRET + "\nx=\\u00zz" + SECRET + "\n");

    assertThat(shown("topics", "list", "--config", file.toString()))
        .contains("bad.properties")
        .doesNotContain(SECRET);
  }

  @Test
  void aRegistrysAddressWithAPasswordIsNotShown() {
    var settings =
        Settings.of(Map.of("schema.registry.url", "http://u:" + SECRET + "@127.0.0.1:1"));

    assertThatThrownBy(settings::inputs)
        .hasMessageContaining("schema.registry.basic.auth")
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void whatIsSecretIsOfTheTypePassword() {
    Stream<ConfigDef.ConfigKey> keys =
        ServiceRegistry.definitions().stream()
            .flatMap(definition -> definition.configKeys().values().stream());

    assertThat(keys)
        .filteredOn(key -> key.name.matches(".*(password|secret|token|auth|credential|key)$"))
        .isNotEmpty()
        .allMatch(key -> key.type == ConfigDef.Type.PASSWORD);
  }

  private static String shown(String... command) {
    var bytes = new ByteArrayOutputStream();
    PrintStream err = System.err;
    PrintStream out = System.out;
    var capturing = new PrintStream(bytes, true, UTF_8);
    System.setErr(capturing);
    System.setOut(capturing);
    try {
      CommandRun run = CommandRun.of(command);
      assertThat(run.status()).isNotZero();
      return run.out() + run.err() + bytes.toString(UTF_8);
    } finally {
      System.setErr(err);
      System.setOut(out);
    }
  }
}
