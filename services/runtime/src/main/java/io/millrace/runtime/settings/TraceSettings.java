package io.millrace.runtime.settings;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;

/**
 * Where spans go. The names are those of OpenTelemetry's environment variables, <a
 * href="https://opentelemetry.io/docs/specs/otel/protocol/exporter/">OTLP exporter</a>.
 *
 * @param endpoint the URL to which they are posted
 * @param headers of each request
 */
public record TraceSettings(URI endpoint, Map<String, String> headers) {

  private static final String ENDPOINT = "otel.exporter.otlp.endpoint";
  private static final String HEADERS = "otel.exporter.otlp.headers";

  /** A token, as RFC 9110 calls it (section 5.6.2). */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

  private static final Pattern VALUE = Pattern.compile("[ -~]*");

  /** Where spans are posted below the endpoint. */
  private static final String PATH = "/v1/traces";

  public TraceSettings {
    headers = Map.copyOf(headers);
  }

  /** Adds the definitions. */
  static void define(ConfigDef definition) {
    definition
        .define(
            ENDPOINT,
            ConfigDef.Type.STRING,
            "",
            Importance.LOW,
            "The collector to which spans are sent by OTLP over HTTP, such as"
                + " http://localhost:4318; /v1/traces is appended. A record is traced if its"
                + " traceparent says so. Empty sends no spans and copies traceparent unchanged.")
        .define(
            HEADERS,
            ConfigDef.Type.PASSWORD,
            "",
            Importance.LOW,
            "Headers of each request to the collector, such as api-key=SECRET, separated by"
                + " commas.");
  }

  /**
   * Reads them; empty if no spans are sent.
   *
   * @throws SettingsException if one is bad
   */
  public static Optional<TraceSettings> of(Settings settings) {
    var definition = new ConfigDef();
    define(definition);
    AbstractConfig values = settings.read(definition);
    String endpoint = values.getString(ENDPOINT);
    return endpoint.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new TraceSettings(url(endpoint), headers(values.getPassword(HEADERS).value())));
  }

  private static URI url(String endpoint) {
    if (endpoint.contains("@")) {
      throw new SettingsException(
          ENDPOINT + " must have no user or password: what proves who you are goes to " + HEADERS);
    }
    String base = endpoint.replaceAll("/+$", "");
    try {
      URI url = URI.create(base.endsWith(PATH) ? base : base + PATH);
      if (url.getHost() != null && base.matches("https?://.+")) {
        return url;
      }
    } catch (IllegalArgumentException _) {
      // Refused below.
    }
    throw new SettingsException(
        ENDPOINT + " must be an address such as http://localhost:4318, was " + endpoint);
  }

  private static Map<String, String> headers(String text) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String pair : text.split(",")) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        String name = pair.substring(0, equals).strip();
        String value = pair.substring(equals + 1).strip();
        if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
          throw new SettingsException(
              HEADERS + " has a header that HTTP does not allow: names are words, values ASCII");
        }
        headers.put(name, value);
      } else if (!pair.isBlank()) {
        throw new SettingsException(HEADERS + " must be NAME=VALUE, separated by commas");
      }
    }
    return headers;
  }
}
