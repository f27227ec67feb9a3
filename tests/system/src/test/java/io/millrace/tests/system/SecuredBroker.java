package io.millrace.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.topics.access.Right;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;

/**
 * A broker whose clients need TLS and a password (SASL_SSL, PLAIN) and have no right that was not
 * granted. The JDK's keytool creates its certificate. Only its internal listener, without all that,
 * is for the administrator.
 */
final class SecuredBroker implements AutoCloseable {

  private static final String LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required";
  private static final String STORE_PASSWORD = "keystore";

  /** A part of each password, with characters that mean something in settings. */
  static final String SECRET = "=geheimes Rad;";

  private final EmbeddedBroker broker;
  private final Path certificate;
  private final String internal;
  private final Admin admin;

  private SecuredBroker(EmbeddedBroker broker, Path certificate, String internal) {
    this.broker = broker;
    this.certificate = certificate;
    this.internal = internal;
    this.admin = Admin.create(Map.of("bootstrap.servers", internal));
  }

  /**
   * Starts a broker.
   *
   * @param folder for its data, its certificate and settings
   * @param users their names
   */
  static SecuredBroker start(Path folder, Collection<String> users)
      throws IOException, InterruptedException {
    Path keys = folder.resolve("broker.p12");
    keytool(
        "-genkeypair -alias broker -keyalg EC -dname CN=broker -ext san=ip:127.0.0.1 -storetype"
            + " PKCS12",
        keys);
    Path certificate = folder.resolve("broker.pem");
    keytool("-exportcert -alias broker -rfc -file " + certificate, keys);
    int port = MillraceProcess.freePort();
    int internal = MillraceProcess.freePort();
    return new SecuredBroker(
        EmbeddedBroker.start(folder.resolve("broker"), port, rules(port, internal, keys, users)),
        certificate,
        "127.0.0.1:" + internal);
  }

  /** Where the administrator connects. */
  String internalServers() {
    return internal;
  }

  /** The administrator's client. */
  Admin admin() {
    return admin;
  }

  /** The settings of a user. */
  Map<String, String> settings(String user) {
    return settings(user, password(user));
  }

  /** The settings of a user with some password. */
  Map<String, String> settings(String user, String password) {
    return Map.of(
        "bootstrap.servers",
        broker.bootstrapServers(),
        "kafka.security.protocol",
        "SASL_SSL",
        "kafka.sasl.mechanism",
        "PLAIN",
        "kafka.sasl.jaas.config",
        "%s username=\"%s\" password=\"%s\";".formatted(LOGIN, user, password),
        "kafka.ssl.truststore.type",
        "PEM",
        "kafka.ssl.truststore.location",
        certificate.toString());
  }

  /** A file with settings. */
  Path file(Map<String, String> settings) throws IOException {
    return Files.write(
        Files.createTempFile(certificate.getParent(), "millrace-", ".properties"),
        settings.entrySet().stream().map(it -> it.getKey() + "=" + it.getValue()).toList());
  }

  /** Grants rights; the broker may obey a little later. */
  void grant(Map<String, ? extends Collection<Right>> rights) throws Exception {
    admin
        .createAcls(
            rights.entrySet().stream()
                .flatMap(
                    it -> it.getValue().stream().map(right -> right.binding("User:" + it.getKey())))
                .toList())
        .all()
        .get();
  }

  /** Takes a right from each of some; the broker may obey a little later. */
  void revoke(Map<String, Right> rights) throws Exception {
    List<AclBindingFilter> filters =
        rights.entrySet().stream()
            .map(it -> it.getValue().binding("User:" + it.getKey()).toFilter())
            .toList();
    admin.deleteAcls(filters).all().get();
  }

  @Override
  public void close() {
    admin.close();
    broker.close();
  }

  private static Map<String, String> rules(
      int port, int internal, Path keys, Collection<String> users) throws IOException {
    int controller = MillraceProcess.freePort();
    Map<String, String> rules = new HashMap<>();
    rules.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
    rules.put(
        "listeners",
        "INTERNAL://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d,CLIENTS://127.0.0.1:%d"
            .formatted(internal, controller, port));
    rules.put(
        "advertised.listeners",
        "INTERNAL://127.0.0.1:%d,CLIENTS://127.0.0.1:%d".formatted(internal, port));
    rules.put(
        "listener.security.protocol.map",
        "CLIENTS:SASL_SSL,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT");
    rules.put("inter.broker.listener.name", "INTERNAL");
    rules.put("ssl.keystore.location", keys.toString());
    rules.put("ssl.keystore.password", STORE_PASSWORD);
    rules.put("sasl.enabled.mechanisms", "PLAIN");
    rules.put(
        "listener.name.clients.plain.sasl.jaas.config",
        LOGIN
            + users.stream()
                .map(user -> " user_" + user + "=\"" + password(user) + "\"")
                .collect(Collectors.joining())
            + ";");
    rules.put("authorizer.class.name", StandardAuthorizer.class.getName());
    rules.put("super.users", "User:ANONYMOUS");
    return rules;
  }

  private static String password(String user) {
    return user + SECRET;
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
