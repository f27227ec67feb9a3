package io.millrace.cli.up;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import io.millrace.cli.settings.ProcessConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import net.logstash.logback.encoder.LogstashEncoder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Configures logging: the format of log lines, and whether they go to standard error or to a file.
 */
public final class LoggingSetup {

  private static final String PATTERN =
      "%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level [%thread] %logger{0}: %msg%n";

  /** Loggers of libraries that warn repeatedly or at every start, although nobody has to act. */
  private static final Map<String, Level> QUIET =
      Map.of(
          "org.apache.kafka.clients.NetworkClient", Level.ERROR,
          "org.apache.kafka.common.utils.AppInfoParser", Level.ERROR,
          "org.apache.kafka.clients.consumer.ConsumerConfig", Level.ERROR,
          "org.apache.kafka.clients.producer.ProducerConfig", Level.ERROR,
          "org.apache.kafka.clients.admin.AdminClientConfig", Level.ERROR,
          "org.apache.kafka.streams.StreamsConfig", Level.ERROR,
          "org.apache.kafka.clients.consumer.internals.OffsetFetcherUtils", Level.ERROR,
          "org.apache.kafka.controller.QuorumController", Level.ERROR,
          "io.micrometer.core.instrument.composite.CompositeMeterRegistry", Level.ERROR);

  /**
   * Lucene logs by java.util.logging and warns when the JVM runs without the vector module. This
   * field keeps the logger alive, because its level is lost when it is garbage collected.
   */
  private static final java.util.logging.Logger LUCENE =
      java.util.logging.Logger.getLogger("org.apache.lucene");

  private LoggingSetup() {}

  /** For commands that run briefly: errors only, unless {@code --verbose} is given. */
  public static void quiet(boolean verbose) {
    configure(false, verbose ? Level.INFO : Level.ERROR, verbose, Optional.empty());
  }

  /**
   * For processes that run services.
   *
   * @param file the log file; empty for standard error
   */
  static void configure(ProcessConfig config, boolean verbose, Optional<Path> file) {
    configure(config.jsonLogs(), config.logLevel(), verbose, file);
  }

  /** For a process that shows progress on the terminal: text lines in a file. */
  public static void toFile(Path file) {
    configure(false, Level.INFO, false, Optional.of(file));
  }

  private static void configure(boolean json, Level own, boolean verbose, Optional<Path> file) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return;
    }
    context.reset();
    OutputStreamAppender<ILoggingEvent> appender = appender(context, file);
    appender.setContext(context);
    appender.setEncoder(encoder(context, json));
    appender.start();
    var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(appender);
    root.setLevel(own.isGreaterOrEqual(Level.ERROR) ? Level.ERROR : Level.WARN);
    context.getLogger("io.millrace").setLevel(own);
    LUCENE.setLevel(verbose ? java.util.logging.Level.INFO : java.util.logging.Level.SEVERE);
    if (!verbose) {
      QUIET.forEach((name, level) -> context.getLogger(name).setLevel(level));
    }
  }

  private static OutputStreamAppender<ILoggingEvent> appender(
      LoggerContext context, Optional<Path> file) {
    if (file.isEmpty()) {
      var console = new ConsoleAppender<ILoggingEvent>();
      console.setTarget("System.err");
      return console;
    }
    var appender = new FileAppender<ILoggingEvent>();
    appender.setContext(context);
    appender.setFile(file.get().toString());
    return appender;
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext context, boolean json) {
    if (json) {
      var encoder = new LogstashEncoder();
      encoder.setContext(context);
      encoder.start();
      return encoder;
    }
    var encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    encoder.start();
    return encoder;
  }
}
