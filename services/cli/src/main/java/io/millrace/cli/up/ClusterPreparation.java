package io.millrace.cli.up;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.settings.ProcessConfig;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.kafka.KafkaFutures;
import io.millrace.runtime.settings.Settings;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import io.millrace.topics.Replication;
import io.millrace.topics.TopicSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens on the cluster before services start:
 *
 * <ol>
 *   <li>Missing topics are created, if this process may: with least rights it may not, and those
 *       that its services need are there already.
 *   <li>The rights of the services are required, on a cluster that can have an authorizer.
 *   <li>Differences between the topics of the services and the catalogue are logged as warnings.
 * </ol>
 */
final class ClusterPreparation {

  private static final Logger LOG = LoggerFactory.getLogger(ClusterPreparation.class);

  private final Settings settings;
  private final List<String> services;
  private final boolean foreign;

  /**
   * A preparation.
   *
   * @param services the names of those that will run
   * @param foreign whether the brokers belong to somebody else, and may restrict rights
   */
  ClusterPreparation(Settings settings, List<String> services, boolean foreign) {
    this.settings = settings;
    this.services = List.copyOf(services);
    this.foreign = foreign;
  }

  /**
   * Prepares the cluster.
   *
   * @return the settings, with the replication that was chosen by the number of brokers
   * @throws CommandException if it cannot be reached, a right is missing, or a topic that is needed
   *     cannot be created
   */
  Settings run() {
    Catalogue catalogue = Catalogue.load().withPartitions(settings.common().topicPartitions());
    try (var admin = ClusterConnection.connect(settings)) {
      String prefix = settings.topics().prefix();
      var topics = new Provisioner(admin, prefix, settings.common().replication());
      Set<String> refused =
          ProcessConfig.from(settings).createTopics() ? create(topics, catalogue) : Set.of();
      if (foreign) {
        new RightsCheck(settings, services).require(admin);
      } else {
        askCoordinators(admin, prefix);
      }
      List<TopicSpec> used = catalogue.usedBy(services);
      used.forEach(topic -> {
        if (refused.contains(prefix + topic.name())) {
          throw new CommandException(
              "the topic %s%s is missing, and this user lacks the right CREATE on it: one who has it runs `millrace topics apply`"
                  .formatted(prefix, topic.name()));
        }
      });
      var own = new Catalogue(used, catalogue.streams(), catalogue.services());
      ClusterCheck.requirePartitions(topics, own);
      ClusterCheck.findings(admin, topics, own).forEach(LOG::warn);
      Replication chosen = topics.replication(own);
      return settings.with(
          Map.of(
              Replication.FACTOR, Integer.toString(chosen.factor()),
              Replication.MIN_INSYNC, Integer.toString(chosen.minInsync())));
    }
  }

  /** The rights that the services lack now, as the message of an error; empty if none is known. */
  Optional<String> missingRights() {
    if (!foreign) {
      return Optional.empty();
    }
    try (Admin admin = KafkaClients.admin(settings)) {
      new RightsCheck(settings, services).require(admin);
      return Optional.empty();
    } catch (CommandException e) {
      return Optional.ofNullable(e.getMessage());
    } catch (KafkaException e) {
      return Optional.empty(); // The cluster does not answer: rights are not what is missing.
    }
  }

  /**
   * A new broker makes the topics of its coordinators when somebody first asks for one. If all
   * services asked at once, each would have it made, and be refused for a while.
   */
  private static void askCoordinators(Admin admin, String prefix) {
    String nobody = prefix + "millrace";
    var groups = admin.describeConsumerGroups(List.of(nobody)).all();
    var transactions = admin.describeTransactions(List.of(nobody)).all();
    for (KafkaFuture<?> answer : List.of(groups, transactions)) {
      try {
        KafkaFutures.await(answer);
      } catch (KafkaException e) {
        LOG.debug("there is no such group or transaction, as expected", e);
      }
    }
  }

  /** Creates what is missing; returns the topics that this process may not create. */
  private static Set<String> create(Provisioner topics, Catalogue catalogue) {
    try {
      topics.createMissing(catalogue).forEach(name -> LOG.info("created the topic {}", name));
      return Set.of();
    } catch (TopicAuthorizationException e) {
      // Topics that a user may not even describe look as if they were missing.
      LOG.debug("topics that other services use, or that are missing: {}", e.unauthorizedTopics());
      return new TreeSet<>(e.unauthorizedTopics());
    }
  }
}
