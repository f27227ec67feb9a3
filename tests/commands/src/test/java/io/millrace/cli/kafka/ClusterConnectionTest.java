package io.millrace.cli.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.millrace.broker.EmbeddedBroker;
import io.millrace.cli.command.CommandException;
import io.millrace.runtime.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stands between a client and Kafka is said, with the setting to change. */
final class ClusterConnectionTest {

  private static final Duration SHORT = Duration.ofMillis(1500);
  private static final String PASSWORD = "changeit";
  private static final String LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required"
          + " username=\"admin\" password=\"%s\" user_admin=\"right\";";

  @TempDir static Path folder;
  private static EmbeddedBroker plain;
  private static EmbeddedBroker tls;
  private static EmbeddedBroker sasl;
  private static Path keys;

  @BeforeAll
  static void start() throws Exception {
    keys = folder.resolve("keys.p12");
    makeKey(keys);
    plain = EmbeddedBroker.start(folder.resolve("plain"), 0);
    tls =
        EmbeddedBroker.start(
            folder.resolve("tls"),
            0,
            Map.of(
                "listener.security.protocol.map",
                "CLIENTS:SSL,CONTROLLER:PLAINTEXT",
                "ssl.keystore.location",
                keys.toString(),
                "ssl.keystore.password",
                PASSWORD,
                "ssl.truststore.location",
                keys.toString(),
                "ssl.truststore.password",
                PASSWORD,
                "ssl.endpoint.identification.algorithm",
                ""));
    sasl =
        EmbeddedBroker.start(
            folder.resolve("sasl"),
            0,
            Map.of(
                "listener.security.protocol.map", "CLIENTS:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
                "sasl.enabled.mechanisms", "PLAIN",
                "sasl.mechanism.inter.broker.protocol", "PLAIN",
                "listener.name.clients.plain.sasl.jaas.config", LOGIN.formatted("right")));
  }

  @AfterAll
  static void stop() {
    plain.close();
    tls.close();
    sasl.close();
  }

  @Test
  void nothingListens() throws Exception {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    assertFailure("127.0.0.1:" + port, Map.of())
        .hasMessage(
            "no Kafka broker answers at 127.0.0.1:%1$d: nothing listens at 127.0.0.1:%1$d; start one with `millrace up`, or give another address with --bootstrap"
                .formatted(port));
  }

  @Test
  void theNameOfTheHostIsNotKnown() {
    assertFailure("no-such-host.invalid:9092", Map.of())
        .hasMessageContaining("no host is named no-such-host.invalid here");
  }

  @Test
  void theAddressHasNoPort() {
    assertFailure("localhost", Map.of()).hasMessageContaining("'localhost' is not HOST:PORT");
  }

  @Test
  void plainTextAgainstTls() {
    assertFailure(tls.bootstrapServers(), Map.of())
        .hasMessageContaining("speaks TLS, and kafka.security.protocol=PLAINTEXT does not")
        .hasMessageContaining("set kafka.security.protocol=SSL");
  }

  @Test
  void tlsAgainstPlainText() {
    assertFailure(plain.bootstrapServers(), Map.of("kafka.security.protocol", "SSL"))
        .hasMessageContaining("is Kafka without TLS")
        .hasMessageContaining("set kafka.security.protocol=PLAINTEXT");
  }

  @Test
  void aCertificateThatIsNotTrusted() {
    assertFailure(tls.bootstrapServers(), Map.of("kafka.security.protocol", "SSL"))
        .hasMessageContaining("its certificate is not trusted here")
        .hasMessageContaining("kafka.ssl.truststore.location");
  }

  @Test
  void aCertificateForAnotherName() {
    assertFailure(
            tls.bootstrapServers(),
            Map.of(
                "kafka.security.protocol",
                "SSL",
                "kafka.ssl.truststore.location",
                keys.toString(),
                "kafka.ssl.truststore.password",
                PASSWORD))
        .hasMessageContaining("its certificate is for another name")
        .hasMessageContaining("kafka.ssl.endpoint.identification.algorithm");
  }

  @Test
  void withTheRightSettingsItConnects() {
    ClusterConnection.connect(
            settings(
                tls.bootstrapServers(),
                Map.of(
                    "kafka.security.protocol",
                    "SSL",
                    "kafka.ssl.truststore.location",
                    keys.toString(),
                    "kafka.ssl.truststore.password",
                    PASSWORD,
                    "kafka.ssl.endpoint.identification.algorithm",
                    "")))
        .close();
    ClusterConnection.connect(
            settings(
                sasl.bootstrapServers(),
                Map.of(
                    "kafka.security.protocol", "SASL_PLAINTEXT",
                    "kafka.sasl.mechanism", "PLAIN",
                    "kafka.sasl.jaas.config", LOGIN.formatted("right"))))
        .close();
  }

  @Test
  void aLoginIsWanted() {
    assertFailure(sasl.bootstrapServers(), Map.of())
        .hasMessageContaining("ends the connection of one who has not logged in")
        .hasMessageContaining("kafka.sasl.mechanism");
  }

  @Test
  void aLoginIsNotWanted() {
    assertFailure(
            plain.bootstrapServers(),
            Map.of(
                "kafka.security.protocol", "SASL_PLAINTEXT",
                "kafka.sasl.mechanism", "PLAIN",
                "kafka.sasl.jaas.config", LOGIN.formatted("right")))
        .hasMessageContaining("refuses the authentication");
  }

  @Test
  void theWrongPassword() {
    assertFailure(
            sasl.bootstrapServers(),
            Map.of(
                "kafka.security.protocol", "SASL_PLAINTEXT",
                "kafka.sasl.mechanism", "PLAIN",
                "kafka.sasl.jaas.config", LOGIN.formatted("wrong")))
        .hasMessageContaining("refuses the authentication")
        .hasMessageContaining("kafka.sasl.jaas.config");
  }

  @Test
  void aSettingOfTheClientIsMissing() {
    assertFailure(sasl.bootstrapServers(), Map.of("kafka.security.protocol", "SASL_PLAINTEXT"))
        .hasMessageContaining("kafka.sasl.jaas.config")
        .hasMessageContaining("check the settings kafka.*");
  }

  @Test
  void aWebServer() throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 1);
    server.start();
    try {
      assertFailure("127.0.0.1:" + server.getAddress().getPort(), Map.of())
          .hasMessageContaining("is a web server, not Kafka: check the port");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aServerThatIsSilent() throws Exception {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      assertFailure("127.0.0.1:" + silent.getLocalPort(), Map.of())
          .hasMessageContaining("takes connections, but does not answer");
    }
  }

  @Test
  void theAdvertisedAddressCannotBeReached(@TempDir Path other) throws Exception {
    try (var broker =
        EmbeddedBroker.start(
            other, 0, Map.of("advertised.listeners", "CLIENTS://no-such-host.invalid:9092"))) {
      assertFailure(broker.bootstrapServers(), Map.of())
          .hasMessageContaining("says that clients find it at no-such-host.invalid:9092")
          .hasMessageContaining("advertised.listeners");
    }
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertFailure(
      String servers, Map<String, String> more) {
    return assertThatThrownBy(() -> ClusterConnection.connect(settings(servers, more), SHORT))
        .isInstanceOf(CommandException.class);
  }

  private static Settings settings(String servers, Map<String, String> more) {
    Map<String, String> all = new HashMap<>(more);
    all.put("bootstrap.servers", servers);
    return Settings.of(all);
  }

  private static void makeKey(Path store) throws IOException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "broker",
                "-dname",
                "CN=elsewhere.example",
                "-keyalg",
                "EC",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD,
                "-validity",
                "30")
            .redirectErrorStream(true)
            .start();
    String output = new String(keytool.getInputStream().readAllBytes());
    assertThat(keytool.waitFor()).as(output).isZero();
  }
}
