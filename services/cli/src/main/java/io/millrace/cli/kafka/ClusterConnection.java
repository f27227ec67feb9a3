package io.millrace.cli.kafka;

import io.millrace.cli.command.CommandException;
import io.millrace.runtime.settings.Settings;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;

/** Connects to a Kafka cluster, and fails early and clearly if it cannot be reached. */
public final class ClusterConnection {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private ClusterConnection() {}

  /**
   * An admin client that has reached the cluster.
   *
   * @throws CommandException if it cannot be reached within ten seconds, or refuses the
   *     authentication
   */
  public static Admin connect(Settings settings) {
    String where = settings.common().bootstrapServers();
    Admin admin;
    try {
      admin = Admin.create(settings.kafkaClient());
    } catch (KafkaException e) {
      throw new CommandException("cannot connect to Kafka at " + where + ": " + innermost(e), e);
    }
    try {
      var options = new DescribeClusterOptions().timeoutMs((int) PATIENCE.toMillis());
      admin.describeCluster(options).nodes().get();
      return admin;
    } catch (ExecutionException e) {
      admin.close(Duration.ZERO);
      throw e.getCause() instanceof AuthenticationException refused
          ? new CommandException(
              "Kafka at "
                  + where
                  + " refuses the authentication: "
                  + refused.getMessage()
                  + "; check the settings kafka.*",
              e)
          : new CommandException(unreachable(where), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      admin.close(Duration.ZERO);
      throw new CommandException("interrupted while connecting to " + where, e);
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

  private static String unreachable(String where) {
    return "no Kafka broker answers at "
        + where
        + ": start one with `millrace up`, or give another address with --bootstrap";
  }

  private static String innermost(Throwable exception) {
    Throwable cause = exception;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }
}
