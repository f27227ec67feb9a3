package io.millrace.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.runtime.testing.MillraceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A broker that requires TLS and a password (SASL_SSL, PLAIN). The JDK's keytool creates its
 * certificate.
 */
final class SecuredBroker implements AutoCloseable {

  private static final String LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required";
  private static final String USER = "millrace";
  private static final String PASSWORD = "stream=wheel;";
  private static final String STORE_PASSWORD = "keystore";

  private final EmbeddedBroker broker;
  private final Path certificate;

  private SecuredBroker(EmbeddedBroker broker, Path certificate) {
    this.broker = broker;
    this.certificate = certificate;
  }

  static SecuredBroker start(Path folder) throws IOException, InterruptedException {
    Path keys = folder.resolve("broker.p12");
    keytool(
        "-genkeypair -alias broker -keyalg EC -dname CN=broker -ext san=ip:127.0.0.1 -storetype"
            + " PKCS12",
        keys);
    Path certificate = folder.resolve("broker.pem");
    keytool("-exportcert -alias broker -rfc -file " + certificate, keys);
    int port = MillraceProcess.freePort();
    EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), port, rules(port, keys));
    return new SecuredBroker(broker, certificate);
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** A settings file with the right password. */
  Path settings() throws IOException {
    return settings(PASSWORD);
  }

  /** A settings file with some password. */
  Path settings(String password) throws IOException {
    return Files.write(
        Files.createTempFile(certificate.getParent(), "millrace-", ".properties"),
        List.of(
            "kafka.security.protocol=SASL_SSL",
            "kafka.sasl.mechanism=PLAIN",
            "kafka.sasl.jaas.config=" + login(USER, password),
            "kafka.ssl.truststore.type=PEM",
            "kafka.ssl.truststore.location=" + certificate));
  }

  @Override
  public void close() {
    broker.close();
  }

  private static Map<String, String> rules(int port, Path keys) throws IOException {
    int own = MillraceProcess.freePort();
    int controller = MillraceProcess.freePort();
    Map<String, String> rules = new HashMap<>();
    rules.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
    rules.put(
        "listeners",
        "INTERNAL://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d,CLIENTS://127.0.0.1:%d"
            .formatted(own, controller, port));
    rules.put(
        "advertised.listeners",
        "INTERNAL://127.0.0.1:%d,CLIENTS://127.0.0.1:%d".formatted(own, port));
    rules.put(
        "listener.security.protocol.map",
        "CLIENTS:SASL_SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT");
    rules.put("inter.broker.listener.name", "INTERNAL");
    rules.put("ssl.keystore.location", keys.toString());
    rules.put("ssl.keystore.password", STORE_PASSWORD);
    rules.put("sasl.enabled.mechanisms", "PLAIN");
    rules.put(
        "listener.name.clients.plain.sasl.jaas.config",
        LOGIN + " user_" + USER + "=\"" + PASSWORD + "\";");
    return rules;
  }

  private static String login(String user, String password) {
    return LOGIN + " username=\"" + user + "\" password=\"" + password + "\";";
  }

  private static void keytool(String arguments, Path keystore)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments.split(" ")));
    command.addAll(List.of("-keystore", keystore.toString(), "-storepass", STORE_PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as("keytool says: %s", said).isZero();
  }
}
