package io.millrace.runtime.settings;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;

/**
 * The HTTP server of a process.
 *
 * @param host the address on which it listens
 * @param port its port; 0 picks a free one
 * @param identity the files of its TLS certificate; empty for HTTP without TLS
 * @param token what clients have to present; empty for nothing
 * @param maxConnections connections that are open at the same time
 * @param threads requests to the services' routes that are answered at the same time
 */
public record HttpConfig(
    String host,
    int port,
    Optional<Identity> identity,
    String token,
    int maxConnections,
    int threads) {

  private static final String HOST = "http.host";
  private static final String PORT = "http.port";
  private static final String CERTIFICATE = "http.tls.certificate.file";
  private static final String KEY = "http.tls.key.file";
  private static final String TOKEN = "http.token";
  private static final String TOKEN_FILE = "http.token.file";
  private static final String CONNECTIONS = "http.connections.max";
  private static final String THREADS = "http.threads";
  private static final int SHORTEST_TOKEN = 16;

  /**
   * A certificate and its key, as PEM files.
   *
   * @param certificate with the certificates of intermediate authorities after it
   * @param key PKCS #8, not encrypted
   */
  public record Identity(Path certificate, Path key) {}

  /** Whether only processes of the same machine can connect. */
  public boolean isLoopback() {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** Without the token. */
  @Override
  public String toString() {
    return (identity.isPresent() ? "https://" : "http://") + host + ":" + port;
  }

  /** Adds the definitions. */
  static void define(ConfigDef definition) {
    definition
        .define(
            HOST,
            Type.STRING,
            "127.0.0.1",
            new ConfigDef.NonEmptyString(),
            Importance.LOW,
            "The address on which the process serves /metrics, /health/live, /health/ready and the"
                + " routes of its services. The default serves this machine alone; 0.0.0.0 serves"
                + " every network.")
        .define(
            PORT,
            Type.INT,
            9404,
            ConfigDef.Range.between(0, 65535),
            Importance.MEDIUM,
            "The port of /metrics, /health/live, /health/ready and the routes of the services; 0"
                + " picks a free port.")
        .define(
            CERTIFICATE,
            Type.STRING,
            "",
            Importance.LOW,
            "A PEM file with the certificate of the HTTP server, and those of intermediate"
                + " authorities after it; empty for HTTP without TLS. Read once, at the start.")
        .define(
            KEY,
            Type.STRING,
            "",
            Importance.LOW,
            "A PEM file with the private key of that certificate: PKCS #8, not encrypted.")
        .define(
            TOKEN,
            Type.PASSWORD,
            "",
            Importance.LOW,
            "A bearer token of 16 characters or more that every request but those for health has to"
                + " present; empty for none. Give it by a variable or by "
                + TOKEN_FILE
                + ": other users of the machine can read the command line.")
        .define(
            TOKEN_FILE,
            Type.STRING,
            "",
            Importance.LOW,
            "A file with the bearer token, instead of " + TOKEN + ".")
        .define(
            CONNECTIONS,
            Type.INT,
            512,
            ConfigDef.Range.between(8, 65_536),
            Importance.LOW,
            "HTTP connections that are open at the same time. One more closes the oldest that waits"
                + " for a request.")
        .define(
            THREADS,
            Type.INT,
            4,
            ConfigDef.Range.between(1, 1024),
            Importance.LOW,
            "Requests to the routes of services that are answered at the same time; 16 times as"
                + " many wait, and more are refused with status 503. Metrics and health do not"
                + " wait.");
  }

  /**
   * Reads the settings.
   *
   * @throws IllegalArgumentException if one is bad
   */
  static HttpConfig from(AbstractConfig values) {
    return new HttpConfig(
        values.getString(HOST),
        values.getInt(PORT),
        identity(values.getString(CERTIFICATE), values.getString(KEY)),
        token(values),
        values.getInt(CONNECTIONS),
        values.getInt(THREADS));
  }

  private static Optional<Identity> identity(String certificate, String key) {
    if (certificate.isEmpty() != key.isEmpty()) {
      throw new IllegalArgumentException(
          "%s and %s belong together: set both, or none".formatted(CERTIFICATE, KEY));
    }
    return certificate.isEmpty()
        ? Optional.empty()
        : Optional.of(new Identity(Path.of(certificate), Path.of(key)));
  }

  private static String token(AbstractConfig values) {
    String token = values.getPassword(TOKEN).value();
    String file = values.getString(TOKEN_FILE);
    if (!file.isEmpty()) {
      if (!token.isEmpty()) {
        throw new IllegalArgumentException("set %s or %s, not both".formatted(TOKEN, TOKEN_FILE));
      }
      try {
        token = Files.readString(Path.of(file), StandardCharsets.UTF_8).strip();
      } catch (IOException e) {
        throw new IllegalArgumentException(
            TOKEN_FILE + ": cannot read " + file + " (" + e.getClass().getSimpleName() + ")", e);
      }
      if (token.isEmpty()) {
        throw new IllegalArgumentException(TOKEN_FILE + ": " + file + " is empty");
      }
    }
    if (!token.isEmpty() && (token.length() < SHORTEST_TOKEN || !isPrintable(token))) {
      throw new IllegalArgumentException(
          TOKEN
              + " must be "
              + SHORTEST_TOKEN
              + " printable ASCII characters or more, without spaces");
    }
    return token;
  }

  private static boolean isPrintable(String token) {
    return token.chars().allMatch(c -> c > ' ' && c < 127);
  }
}
