package io.millrace.runtime.settings;

import io.millrace.runtime.registry.HttpSchemaRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * The schema registry, for records in Confluent's wire format. Services in processes of their own
 * must be given the same.
 */
final class RegistrySettings {

  private static final String URL = "schema.registry.url";
  private static final String AUTH = "schema.registry.basic.auth";
  private static final String AUTHORITIES = "schema.registry.ca.file";
  private static final String TOPICS = "schema.registry.topics";

  /** A registry that does not answer is waited for about a minute. */
  private static final int ATTEMPTS = 30;

  private static final Duration PAUSE = Duration.ofSeconds(2);

  private RegistrySettings() {}

  /** Adds the definitions. */
  static void define(ConfigDef definition) {
    definition
        .define(
            URL,
            ConfigDef.Type.STRING,
            "",
            Importance.MEDIUM,
            "The schema registry, such as http://localhost:8081, that has the schemas of records in"
                + " Confluent's wire format. Without one such records become dead letters.")
        .define(
            AUTH,
            ConfigDef.Type.PASSWORD,
            "",
            Importance.LOW,
            "User and password for the schema registry, as USER:PASSWORD; empty for none.")
        .define(
            AUTHORITIES,
            ConfigDef.Type.STRING,
            "",
            Importance.LOW,
            "A PEM file with the certificates of the authorities that are trusted to have signed"
                + " the schema registry's; empty for those that Java trusts.")
        .define(
            TOPICS,
            ConfigDef.Type.LIST,
            "",
            Importance.LOW,
            "The topics, separated by commas and without topics.prefix, whose records are written"
                + " in Confluent's wire format, with their schemas registered under TOPIC-value; *"
                + " for all topics with Avro that Millrace alone writes, except models and"
                + " checkpoints. Both forms are always read, where schema.registry.url is set.");
  }

  /**
   * The registry; empty if none is set.
   *
   * @throws SettingsException if a setting is bad
   */
  static Optional<HttpSchemaRegistry> registry(Settings settings) {
    AbstractConfig values = values(settings);
    String url = values.getString(URL);
    if (url.isEmpty()) {
      return Optional.empty();
    }
    if (url.contains("@")) {
      throw new SettingsException(
          URL + " must have no user and password, which errors would show: set " + AUTH);
    }
    if (!url.matches("https?://.+") || !isAddress(url)) {
      throw new SettingsException(URL + " must begin with http:// or https://, was " + url);
    }
    var server =
        new HttpSchemaRegistry.Server(
            url,
            Optional.of(values.getPassword(AUTH).value()).filter(it -> !it.isEmpty()),
            Optional.of(values.getString(AUTHORITIES))
                .filter(it -> !it.isEmpty())
                .map(it -> trusting(Path.of(it))));
    return Optional.of(new HttpSchemaRegistry(server, ATTEMPTS, PAUSE));
  }

  /**
   * The topics that are written in the wire format, without prefix.
   *
   * @throws SettingsException if some are named but no registry
   */
  static List<String> topics(Settings settings) {
    AbstractConfig values = values(settings);
    List<String> topics = values.getList(TOPICS);
    if (!topics.isEmpty() && values.getString(URL).isEmpty()) {
      throw new SettingsException(
          TOPICS + " needs the registry where the schemas are registered: set " + URL);
    }
    return topics;
  }

  private static AbstractConfig values(Settings settings) {
    var definition = new ConfigDef();
    define(definition);
    return settings.read(definition);
  }

  private static boolean isAddress(String url) {
    try {
      return URI.create(url).getHost() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static SSLContext trusting(Path file) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      var in = new ByteArrayInputStream(Files.readAllBytes(file));
      for (Certificate it : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("authority-" + store.size(), it);
      }
      if (store.size() == 0) {
        throw new SettingsException(AUTHORITIES + ": there is no certificate in " + file);
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new SettingsException(
          "%s: %s is no PEM file with certificates (%s)"
              .formatted(AUTHORITIES, file, e.getClass().getSimpleName()));
    }
  }
}
