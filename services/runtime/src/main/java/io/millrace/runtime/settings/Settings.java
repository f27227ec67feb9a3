package io.millrace.runtime.settings;

import io.millrace.runtime.registry.HttpSchemaRegistry;
import io.millrace.schemas.input.InputDecoder;
import io.millrace.topics.Topics;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a process as they were given: names and texts, not yet typed. They come from a
 * properties file, then {@code MILLRACE_*} variables, then the command line; the later wins. The
 * variable of {@code vision.batch.size} is {@code MILLRACE_VISION_BATCH_SIZE}. Settings that begin
 * with {@code kafka.} are passed to every Kafka client without this prefix: {@code
 * kafka.security.protocol}, {@code MILLRACE_KAFKA_SECURITY_PROTOCOL}.
 */
public final class Settings {

  /** Variables of the launcher, which are not settings. */
  private static final List<String> LAUNCHER =
      List.of(
          "MILLRACE_JAVA_HOME",
          "MILLRACE_JAVA_OPTS",
          "MILLRACE_JVMS",
          "MILLRACE_HOME",
          "MILLRACE_AOT");

  private static final String VARIABLE_PREFIX = "MILLRACE_";
  private static final String CLIENT_PREFIX = "kafka.";

  private final Map<String, String> given;
  private final LongSupplier clock;

  /** Of settings that were given by another name, as those of variants are. */
  private final Map<String, String> givenNames;

  private Settings(Map<String, String> given) {
    this(given, System::currentTimeMillis, Map.of());
  }

  private Settings(Map<String, String> given, LongSupplier clock, Map<String, String> givenNames) {
    this.given = Map.copyOf(given);
    this.clock = clock;
    this.givenNames = Map.copyOf(givenNames);
  }

  /** Settings given in full, for tests and embedding. */
  public static Settings of(Map<String, String> given) {
    return new Settings(given);
  }

  /**
   * Collects the settings of a process.
   *
   * @param file a properties file, or null for none
   * @param environment the process's variables; only {@code MILLRACE_*} are read
   * @param overrides settings that win over both
   * @param definitions every setting that the process knows
   * @throws SettingsException if a setting is unknown, or known by another name now, which the
   *     message says; or if the file cannot be read
   */
  public static Settings load(
      @Nullable Path file,
      Map<String, String> environment,
      Map<String, String> overrides,
      Collection<ConfigDef> definitions) {
    Map<String, String> inFile = file == null ? Map.of() : fromFile(file);
    var known =
        new KnownSettings(
            definitions,
            name ->
                overrides.getOrDefault(
                    name, environment.getOrDefault(variable(name), inFile.get(name))));
    Map<String, String> given = new TreeMap<>();
    inFile.forEach((name, value) -> given.put(checked(name, known, " in " + file), value));
    environment.forEach((variable, value) -> {
      if (variable.startsWith(VARIABLE_PREFIX) && !LAUNCHER.contains(variable)) {
        given.put(named(variable, known), value);
      }
    });
    overrides.forEach((name, value) -> given.put(checked(name, known, ""), value));
    return new Settings(given);
  }

  /**
   * The settings of one definition, typed, with defaults where nothing was given.
   *
   * @throws SettingsException if a value is bad; the message names the setting
   */
  public AbstractConfig read(ConfigDef definition) {
    Map<String, String> relevant = new HashMap<>();
    definition.names().stream()
        .filter(given::containsKey)
        .forEach(name -> relevant.put(name, given.get(name)));
    try {
      return new AbstractConfig(definition, relevant, false);
    } catch (ConfigException e) {
      throw new SettingsException(withGivenNames(String.valueOf(e.getMessage())));
    }
  }

  /**
   * The settings of a variant, as those of its service: {@code vision.wide.hidden} becomes {@code
   * vision.hidden}. Messages about them say the name that was given.
   */
  public Settings ofVariant(String service, String variant) {
    String prefix = service + "." + variant + ".";
    Map<String, String> all = new HashMap<>(given);
    Map<String, String> names = new HashMap<>();
    given.forEach((name, value) -> {
      if (name.startsWith(prefix)) {
        String replaced = service + "." + name.substring(prefix.length());
        all.put(replaced, value);
        names.put(replaced, name);
      }
    });
    return new Settings(all, clock, names);
  }

  /** The name by which a setting was given: another one than its own for that of a variant. */
  public String givenName(String name) {
    return givenNames.getOrDefault(name, name);
  }

  /** A message about settings, with the names by which they were given. */
  public String withGivenNames(String message) {
    String text = message;
    for (Map.Entry<String, String> name : givenNames.entrySet()) {
      text =
          Pattern.compile("(?<![\\w.])" + Pattern.quote(name.getKey()) + "(?!\\.?\\w)")
              .matcher(text)
              .replaceAll(Matcher.quoteReplacement(name.getValue()));
    }
    return text;
  }

  /**
   * The settings of every Kafka client: the brokers' addresses and all {@code kafka.*} settings.
   */
  public Map<String, Object> kafkaClient() {
    Map<String, Object> client = new TreeMap<>();
    client.put("bootstrap.servers", common().bootstrapServers());
    given.forEach((name, value) -> {
      if (name.startsWith(CLIENT_PREFIX)) {
        client.put(name.substring(CLIENT_PREFIX.length()), value);
      }
    });
    return client;
  }

  /** The settings that all services share. */
  public CommonConfig common() {
    return CommonConfig.from(this);
  }

  /** The topics, with the prefix. */
  public Topics topics() {
    return common().topics();
  }

  /**
   * Decodes what producers send, as the settings say.
   *
   * @throws SettingsException if a setting is bad
   */
  public InputDecoder inputs() {
    return InputSettings.decoder(this);
  }

  /**
   * The schema registry; empty if none is set.
   *
   * @throws SettingsException if a setting is bad
   */
  public Optional<HttpSchemaRegistry> schemaRegistry() {
    return RegistrySettings.registry(this);
  }

  /**
   * The topics, without prefix, whose records are written in Confluent's wire format; or {@code *}.
   *
   * @throws SettingsException if some are named but no registry
   */
  public List<String> registeredTopics() {
    return RegistrySettings.topics(this);
  }

  /** These settings with others that win. */
  public Settings with(Map<String, String> replacements) {
    Map<String, String> all = new HashMap<>(given);
    all.putAll(replacements);
    Map<String, String> names = new HashMap<>(givenNames);
    names.keySet().removeAll(replacements.keySet());
    return new Settings(all, clock, names);
  }

  /** These settings on a machine with another clock, for tests. */
  public Settings withClock(LongSupplier other) {
    return new Settings(given, other, givenNames);
  }

  /** The machine's clock, milliseconds since 1970. */
  public LongSupplier clock() {
    return clock;
  }

  /** Whether a setting was given, rather than left at its default. */
  public boolean isSet(String name) {
    return given.containsKey(name);
  }

  /** These settings with others for those that were not given. */
  public Settings withDefaults(Map<String, String> defaults) {
    Map<String, String> all = new HashMap<>(defaults);
    all.putAll(given);
    return new Settings(all, clock, givenNames);
  }

  /** The variable of a setting: {@code vision.batch.size} is {@code MILLRACE_VISION_BATCH_SIZE}. */
  public static String variable(String name) {
    return VARIABLE_PREFIX + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  private static String named(String variable, KnownSettings known) {
    String guess =
        variable.substring(VARIABLE_PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '.');
    return known
        .ofVariable(variable)
        .or(() -> guess.startsWith(CLIENT_PREFIX) ? Optional.of(guess) : Optional.empty())
        .orElseThrow(() ->
            new SettingsException(
                "unknown setting: no setting belongs to the variable "
                    + variable
                    + "; see `millrace up --help`"));
  }

  private static String checked(String name, KnownSettings known, String where) {
    if (!name.startsWith(CLIENT_PREFIX)) {
      known.require(name, where);
    }
    return name;
  }

  private static Map<String, String> fromFile(Path file) {
    var properties = new Properties();
    try {
      properties.load(new StringReader(PropertiesText.read(file)));
    } catch (IOException | IllegalArgumentException e) {
      throw new SettingsException("cannot read the settings file " + file + ": " + e.getMessage());
    }
    Map<String, String> values = new TreeMap<>();
    properties.forEach((name, value) -> values.put((String) name, ((String) value).strip()));
    return values;
  }
}
