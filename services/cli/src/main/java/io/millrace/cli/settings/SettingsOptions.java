package io.millrace.cli.settings;

import io.millrace.runtime.settings.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which every command that talks to Kafka is set. */
public final class SettingsOptions {

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      description =
          "Where Kafka is; several with commas. Default: MILLRACE_BOOTSTRAP_SERVERS, else"
              + " localhost:9092, where `millrace up` has it.")
  private @Nullable String bootstrap;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A properties file with settings; MILLRACE_* variables win over it.")
  private @Nullable Path config;

  @Option(
      names = {"-D", "--set"},
      paramLabel = "SETTING=VALUE",
      mapFallbackValue = "",
      description =
          "One setting, winning over both; kafka.* goes to every Kafka client, such as"
              + " kafka.security.protocol=SSL.")
  private Map<String, String> set = new LinkedHashMap<>();

  /** Where Kafka is, if the command line says so. */
  Optional<String> bootstrap() {
    return Optional.ofNullable(bootstrap);
  }

  /**
   * The settings of file, variables and command line together.
   *
   * @throws io.millrace.runtime.settings.SettingsException if one is unknown
   */
  public Settings settings() {
    Map<String, String> overrides = new HashMap<>(set);
    bootstrap().ifPresent(servers -> overrides.put("bootstrap.servers", servers));
    return Settings.load(config, System.getenv(), overrides, ServiceRegistry.definitions());
  }
}
