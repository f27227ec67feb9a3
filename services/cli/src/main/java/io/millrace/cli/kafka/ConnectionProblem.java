package io.millrace.cli.kafka;

import io.millrace.cli.kafka.BrokerProbe.Answer;
import io.millrace.runtime.settings.Settings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.utils.Utils;

/** Says why Kafka does not answer, and which setting to change. */
final class ConnectionProblem {

  private final Map<String, Object> client;
  private final List<String> servers;

  ConnectionProblem(Settings settings) {
    this.client = settings.kafkaClient();
    this.servers = List.of(settings.common().bootstrapServers().split("\\s*,\\s*"));
  }

  /** Why no broker answers at the servers of the settings; the first that tells something. */
  String ofSilence() {
    for (String server : servers) {
      Optional<String> found = of(server);
      if (found.isPresent()) {
        return found.get();
      }
    }
    return "it takes connections, but does not answer in time";
  }

  private Optional<String> of(String server) {
    String host = Utils.getHost(server);
    Integer port = Utils.getPort(server);
    if (host == null || port == null) {
      return Optional.of("'" + server + "' is not HOST:PORT");
    }
    var address = new InetSocketAddress(host, port);
    try {
      return Optional.of(meaning(server, address, new BrokerProbe(address).ask()));
    } catch (IOException e) {
      return Optional.of(noConnection(server, address, e));
    }
  }

  private String meaning(String server, InetSocketAddress address, Answer answer) {
    boolean tls = protocol().endsWith("SSL");
    boolean sasl = protocol().startsWith("SASL_");
    return switch (answer) {
      case TLS ->
          tls
              ? server + " speaks TLS, but does not answer as Kafka: check the port"
              : server
                  + " speaks TLS, and kafka.security.protocol="
                  + protocol()
                  + " does not: set kafka.security.protocol="
                  + (sasl ? "SASL_SSL" : "SSL, or SASL_SSL if it wants a user and a password");
      case KAFKA, KAFKA_THAT_WANTS_AUTHENTICATION -> {
        if (tls) {
          yield server
              + " is Kafka without TLS, and kafka.security.protocol="
              + protocol()
              + " speaks TLS: set kafka.security.protocol="
              + (sasl ? "SASL_PLAINTEXT" : "PLAINTEXT")
              + ", or give the port of its TLS listener";
        }
        yield answer == Answer.KAFKA
            ? advertised(server, address)
            : server
                + " is Kafka, but ends the connection of one who has not logged in: set"
                + " kafka.security.protocol=SASL_PLAINTEXT (or SASL_SSL), kafka.sasl.mechanism and"
                + " kafka.sasl.jaas.config";
      }
      case HTTP -> server + " is a web server, not Kafka: check the port";
      case OTHER -> server + " is something else than Kafka: check the port";
      case SILENCE ->
          server + " takes connections, but does not answer: is it Kafka, and is it well?";
    };
  }

  /** Kafka answers, so it is the addresses that it gives for itself that do not. */
  private static String advertised(String server, InetSocketAddress address) {
    try {
      for (InetSocketAddress broker : new BrokerProbe(address).advertised()) {
        try {
          BrokerProbe.requireOpen(broker);
        } catch (IOException e) {
          return "%s is Kafka, but says that clients find it at %s:%d, where it cannot be reached from here (%s): set its advertised.listeners"
              .formatted(
                  server,
                  broker.getHostString(),
                  broker.getPort(),
                  e instanceof UnknownHostException ? "no such host" : e.getMessage());
        }
      }
    } catch (IOException e) {
      return server + " is Kafka, but does not say where its brokers are: " + e.getMessage();
    }
    return server + " is Kafka, but does not answer in time: see its log";
  }

  private static String noConnection(
      String server, InetSocketAddress address, IOException problem) {
    return switch (problem) {
      case UnknownHostException _ ->
          "no host is named "
              + address.getHostString()
              + " here: check the name, and the network's DNS";
      case SocketTimeoutException _ ->
          server + " does not take the connection: check the address, and what filters the network";
      case NoRouteToHostException _ -> "there is no route to " + server;
      case ConnectException _ -> "nothing listens at " + server;
      default -> server + " takes no connection: " + problem.getMessage();
    };
  }

  /** Why Kafka refuses who connects, or who connects refuses Kafka. */
  String ofAuthentication(AuthenticationException refused) {
    Throwable cause = refused;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    String reason = String.valueOf(cause.getMessage());
    return refused instanceof SslAuthenticationException ? tls(reason) : reason + sasl();
  }

  private String tls(String reason) {
    String lower = reason.toLowerCase(Locale.ROOT);
    if (lower.contains("path") || lower.contains("trust anchor")) {
      return "its certificate is not trusted here (%s): set kafka.ssl.truststore.location to a store with its authority's certificate (kafka.ssl.truststore.type=PEM for a .pem file)"
          .formatted(reason);
    }
    if (lower.contains("subject alternative") || lower.contains("no name matching")) {
      return "its certificate is for another name (%s): connect by that name, or set kafka.ssl.endpoint.identification.algorithm= (empty) to take any"
          .formatted(reason);
    }
    if (lower.contains("certificate_required") || lower.contains("bad_certificate")) {
      return "it wants a certificate of the client (%s): set kafka.ssl.keystore.location and kafka.ssl.keystore.password"
          .formatted(reason);
    }
    if (lower.contains("expired") || lower.contains("notafter")) {
      return "its certificate is out of date (%s): renew it, and check the clock".formatted(reason);
    }
    return "the TLS handshake failed (%s): check the settings kafka.ssl.*".formatted(reason);
  }

  private String sasl() {
    return protocol().startsWith("SASL_")
        ? "; check the settings kafka.sasl.mechanism and kafka.sasl.jaas.config"
        : "; check the settings kafka.*";
  }

  private String protocol() {
    return String.valueOf(client.getOrDefault("security.protocol", "PLAINTEXT"));
  }
}
