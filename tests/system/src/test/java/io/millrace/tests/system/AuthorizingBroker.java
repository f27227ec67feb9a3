package io.millrace.tests.system;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.topics.access.Right;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;

/**
 * A broker whose clients log in with a password (SASL/PLAIN) and have no right that was not
 * granted. Only its internal listener is for the administrator.
 */
final class AuthorizingBroker implements AutoCloseable {

  private static final String LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required";

  private final EmbeddedBroker broker;
  private final Admin admin;
  private final String internal;

  private AuthorizingBroker(EmbeddedBroker broker, String internal) {
    this.broker = broker;
    this.internal = internal;
    this.admin = Admin.create(Map.of("bootstrap.servers", internal));
  }

  /**
   * Starts a broker.
   *
   * @param users their names, each of which is also the password
   */
  static AuthorizingBroker start(Path folder, Collection<String> users) throws IOException {
    int port = MillraceProcess.freePort();
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
        "CLIENTS:SASL_PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT");
    rules.put("inter.broker.listener.name", "INTERNAL");
    rules.put("sasl.enabled.mechanisms", "PLAIN");
    rules.put(
        "listener.name.clients.plain.sasl.jaas.config",
        LOGIN
            + users.stream()
                .map(user -> " user_" + user + "=\"" + user + "\"")
                .collect(Collectors.joining())
            + ";");
    rules.put("authorizer.class.name", StandardAuthorizer.class.getName());
    rules.put("super.users", "User:ANONYMOUS");
    return new AuthorizingBroker(EmbeddedBroker.start(folder, port, rules), "127.0.0.1:" + own);
  }

  /** Where the administrator connects, without a password. */
  String internalServers() {
    return internal;
  }

  /** The administrator's client. */
  Admin admin() {
    return admin;
  }

  /** The settings of a user. */
  Map<String, String> settings(String user) {
    return Map.of(
        "bootstrap.servers",
        broker.bootstrapServers(),
        "kafka.security.protocol",
        "SASL_PLAINTEXT",
        "kafka.sasl.mechanism",
        "PLAIN",
        "kafka.sasl.jaas.config",
        "%s username=\"%s\" password=\"%s\";".formatted(LOGIN, user, user));
  }

  void grant(String user, Collection<Right> rights) throws Exception {
    admin.createAcls(rights.stream().map(it -> it.binding("User:" + user)).toList()).all().get();
  }

  void revoke(String user, Right right) throws Exception {
    admin.deleteAcls(List.of(right.binding("User:" + user).toFilter())).all().get();
  }

  @Override
  public void close() {
    admin.close();
    broker.close();
  }
}
