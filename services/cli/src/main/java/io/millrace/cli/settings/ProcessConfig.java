package io.millrace.cli.settings;

import ch.qos.logback.classic.Level;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.schemas.CompatibleBuild;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;

/**
 * The settings of the process around the services.
 *
 * @param jsonLogs whether log lines are JSON objects
 * @param logLevel the least severe level that Millrace's own loggers write
 * @param createTopics whether missing topics are created at the start
 * @param upgradeFrom the earlier build that must be able to read what this process writes; empty
 *     for none
 * @param brokerTimeout how long a command waits for brokers that do not answer
 */
public record ProcessConfig(
    boolean jsonLogs,
    Level logLevel,
    boolean createTopics,
    String upgradeFrom,
    Duration brokerTimeout) {

  private static final String FORMAT = "log.format";
  private static final String LEVEL = "log.level";
  private static final String CREATE = "topics.create";
  private static final String UPGRADE_FROM = "upgrade.from";
  private static final String BROKER_TIMEOUT = "command.broker.timeout.ms";

  /** The definitions, with defaults and documentation. */
  public static ConfigDef definition() {
    return new ConfigDef()
        .define(
            FORMAT,
            Type.STRING,
            "text",
            ValidString.in("text", "json"),
            Importance.LOW,
            "The format of log lines: text for people; json for programs, one object per line.")
        .define(
            LEVEL,
            Type.STRING,
            "info",
            ValidString.in("error", "warn", "info", "debug", "trace"),
            Importance.LOW,
            "The least severe level that Millrace logs. Libraries such as Kafka's clients log"
                + " warnings and errors only.")
        .define(
            CREATE,
            Type.BOOLEAN,
            true,
            Importance.MEDIUM,
            "Whether `up` creates missing topics. It never changes existing ones.")
        .define(
            UPGRADE_FROM,
            Type.STRING,
            "",
            ValidString.in(allowed()),
            Importance.LOW,
            "An earlier build that runs beside this one or may come back: records are written as it"
                + " reads them. Empty: as this build writes them, which builds since find in the"
                + " topic schemas.")
        .define(
            BROKER_TIMEOUT,
            Type.INT,
            20_000,
            Range.between(1_000, 3_600_000),
            Importance.LOW,
            "How long a command other than `up` and `demo` waits for brokers that no longer answer"
                + " before it ends with an error. Where kafka.request.timeout.ms is set, Kafka's"
                + " own time-outs hold.");
  }

  /**
   * Reads the settings.
   *
   * @throws SettingsException if one is bad
   */
  public static ProcessConfig from(Settings settings) {
    var values = settings.read(definition());
    return new ProcessConfig(
        values.getString(FORMAT).equals("json"),
        Level.toLevel(values.getString(LEVEL).toUpperCase(Locale.ROOT)),
        values.getBoolean(CREATE),
        values.getString(UPGRADE_FROM),
        Duration.ofMillis(values.getInt(BROKER_TIMEOUT)));
  }

  private static String[] allowed() {
    return Stream.concat(Stream.of(""), CompatibleBuild.names().stream()).toArray(String[]::new);
  }
}
