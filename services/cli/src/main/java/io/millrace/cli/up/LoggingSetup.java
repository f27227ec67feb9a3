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
 * Where log lines go and how they look: to standard error, or to a file beside a progress display.
 */
public final class LoggingSetup {

  private static final String PATTERN =
      "%d{yyyy-MM-dd HH:mm:ss.SSS} %-5level [%thread] %logger{0}: %msg%n";

  /**
   * What libraries say again and again, or at every start, without anybody having to do something.
   */
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
   * Lucene logs by the JDK's own means, which would show on the terminal that a JVM for commands
   * has no vector module. Held here, as a level is forgotten with its logger.
   */
  private static final java.util.logging.Logger LUCENE =
      java.util.logging.Logger.getLogger("org.apache.lucene");

  private LoggingSetup() {}

  /** For commands that do one thing and end: errors only, unless one wants to see more. */
  public static void quiet(boolean verbose) {
    configure(false, verbose ? Level.INFO : Level.ERROR, verbose, Optional.empty());
  }

  /**
   * For processes that run services.
   *
   * @param file where to; standard error if empty
   */
  static void configure(ProcessConfig config, boolean verbose, Optional<Path> file) {
    configure(config.jsonLogs(), config.logLevel(), verbose, file);
  }

  /** For a process that shows its progress on the terminal: lines of text into a file. */
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
