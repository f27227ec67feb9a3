package io.millrace.cli.kafka;

import io.millrace.cli.command.CommandException;
import io.millrace.runtime.settings.Settings;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;

/** Connects to a Kafka cluster, and fails early and clearly if it cannot be reached. */
public final class ClusterConnection {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration SHORT_PATIENCE = Duration.ofSeconds(3);

  private ClusterConnection() {}

  /**
   * An admin client that has reached the cluster.
   *
   * @throws CommandException if it cannot be reached within ten seconds, or refuses the
   *     authentication
   */
  public static Admin connect(Settings settings) {
    return connect(settings, PATIENCE);
  }

  static Admin connect(Settings settings, Duration patience) {
    String where = settings.common().bootstrapServers();
    Admin admin;
    var problem = new ConnectionProblem(settings);
    try {
      admin = Admin.create(settings.kafkaClient());
    } catch (KafkaException e) {
      // Kafka's client says so of names that cannot be resolved, and of bad settings too.
      String reason = innermost(e);
      if (reason.contains("JAAS") || reason.contains("Login")) {
        // Kafka's message, and so the cause, may quote what it could not read: a password.
        throw new CommandException(
            "the Kafka client cannot start: kafka.sasl.jaas.config is missing or not understood; it"
                + " has the form MODULE required username=\"...\" password=\"...\"; with each"
                + " value in quotes and a semicolon at the end; check the settings kafka.*");
      }
      throw new CommandException(
          reason.contains("bootstrap")
              ? unreachable(where, problem.ofSilence())
              : "the Kafka client cannot start: " + reason + "; check the settings kafka.*",
          e);
    }
    try {
      var options = new DescribeClusterOptions().timeoutMs((int) patience.toMillis());
      admin.describeCluster(options).nodes().get();
      return admin;
    } catch (ExecutionException e) {
      admin.close(Duration.ZERO);
      throw e.getCause() instanceof AuthenticationException refused
          ? new CommandException(
              "Kafka at "
                  + where
                  + " refuses the authentication: "
                  + problem.ofAuthentication(refused),
              e)
          : new CommandException(unreachable(where, problem.ofSilence()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      admin.close(Duration.ZERO);
      throw new CommandException("interrupted while connecting to " + where, e);
    }
  }

  /** Why the cluster cannot be reached; empty if it can. */
  public static Optional<String> absence(Settings settings) {
    try (var _ = connect(settings, SHORT_PATIENCE)) {
      return Optional.empty();
    } catch (CommandException e) {
      return Optional.ofNullable(e.getMessage());
    }
  }

  /**
   * The names of all topics, with their prefixes.
   *
   * @throws CommandException if the cluster does not answer
   */
  public static Set<String> topicNames(Admin admin) {
    try {
      return admin.listTopics().names().get();
    } catch (ExecutionException e) {
      throw new CommandException("cannot list the topics: " + innermost(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted while listing the topics", e);
    }
  }

  /** Fails if the cluster cannot be reached: clients made afterwards would retry without end. */
  public static void requireReachable(Settings settings) {
    connect(settings).close(Duration.ZERO);
  }

  private static String unreachable(String where, String why) {
    return "no Kafka broker answers at "
        + where
        + ": "
        + why
        + "; start one with `millrace up`, or give another address with --bootstrap";
  }

  private static String innermost(Throwable exception) {
    Throwable cause = exception;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }
}
