package io.millrace.cli.settings;

import io.millrace.runtime.settings.Settings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for settings, which every command that talks to Kafka has. */
public final class SettingsOptions {

  @Option(
      names = "--bootstrap",
      paramLabel = "HOST:PORT",
      description =
          "The bootstrap servers of Kafka, separated by commas. Default:"
              + " MILLRACE_BOOTSTRAP_SERVERS, else localhost:9092, where `millrace up` runs its"
              + " broker.")
  private @Nullable String bootstrap;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "A properties file with settings. MILLRACE_* environment variables override it.")
  private @Nullable Path config;

  @Option(
      names = {"-D", "--set"},
      paramLabel = "SETTING=VALUE",
      mapFallbackValue = "",
      description =
          "One setting; overrides file and environment. kafka.* goes to every Kafka client, for"
              + " example kafka.security.protocol=SSL.")
  private Map<String, String> set = new LinkedHashMap<>();

  /** The bootstrap servers, if the command line gives them. */
  Optional<String> bootstrap() {
    return Optional.ofNullable(bootstrap);
  }

  /**
   * The settings from the file, the environment and the command line; the later wins.
   *
   * @throws io.millrace.runtime.settings.SettingsException if one is unknown
   */
  public Settings settings() {
    return settings(UnaryOperator.identity());
  }

  /**
   * The same, where the command line may have other names.
   *
   * @param name gives the full name of a setting of the command line
   */
  public Settings settings(UnaryOperator<String> name) {
    Map<String, String> overrides = new HashMap<>(given(name));
    bootstrap().ifPresent(servers -> overrides.put("bootstrap.servers", servers));
    return Settings.load(config, System.getenv(), overrides, ServiceRegistry.definitions());
  }

  /** The settings that the command line gives one by one, with their full names. */
  public Map<String, String> given(UnaryOperator<String> name) {
    Map<String, String> given = new TreeMap<>();
    set.forEach((each, value) -> given.put(name.apply(each), value));
    return given;
  }
}
