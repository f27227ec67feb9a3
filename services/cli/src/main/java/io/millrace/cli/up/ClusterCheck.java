package io.millrace.cli.up;

import io.millrace.cli.command.CommandException;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import io.millrace.topics.Provisioner.State;
import io.millrace.topics.Replication;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** Checks a cluster for configuration that the services should not have to run with. */
final class ClusterCheck {

  private static final String TRANSACTIONS = "transaction.version";

  /** The level from which a delayed end of one transaction cannot end the next (KIP-890). */
  private static final short SAFE_TRANSACTIONS = 2;

  private ClusterCheck() {}

  /**
   * The findings, each one sentence with a remedy.
   *
   * @throws KafkaException if the cluster does not answer
   */
  static List<String> findings(Admin admin, Provisioner topics, Catalogue catalogue) {
    List<String> findings = new ArrayList<>();
    int transactions = level(admin, TRANSACTIONS);
    if (transactions < SAFE_TRANSACTIONS) {
      findings.add(
          "the cluster runs %s=%d: a delayed end of one transaction can end the next one"
                  .formatted(TRANSACTIONS, transactions)
              + " (KIP-890): raise it with `kafka-features.sh upgrade --feature %s=%d`"
                  .formatted(TRANSACTIONS, SAFE_TRANSACTIONS));
    }
    Replication wanted = topics.replication(catalogue);
    for (State state : topics.inspect(catalogue)) {
      // The difference may be intended: it is reported, not changed.
      if (state instanceof State.Drifted drifted) {
        findings.addAll(findings(drifted, wanted));
      }
    }
    for (String topic : topics.driftedRepartitionTopics(catalogue)) {
      findings.add(
          "the topic %s of an earlier build takes the time of its records from their senders, not"
                  .formatted(topic)
              + " from the broker; `millrace topics apply` sets it");
    }
    return findings;
  }

  /**
   * Requires the number of partitions of the topics that work with no other.
   *
   * @throws CommandException if one differs; the message names all of them and what to do
   * @throws KafkaException if the cluster does not answer
   */
  static void requirePartitions(Provisioner topics, Catalogue catalogue) {
    List<String> wrong =
        topics.wrongPartitions(catalogue).stream()
            .map(it ->
                "%s has %d partitions and must have %d"
                    .formatted(it.name(), it.actual(), it.needed()))
            .toList();
    if (!wrong.isEmpty()) {
      throw new CommandException(
          ("the topic %s: partitions cannot be taken away. If it holds nothing that you need, stop"
               + " all services, delete it, and `millrace topics apply` creates it anew; else set"
               + " topics.prefix, which begins the names of new topics")
              .formatted(String.join("; the topic ", wrong)));
    }
  }

  private static List<String> findings(State.Drifted drifted, Replication wanted) {
    List<String> findings = new ArrayList<>();
    String name = drifted.spec().name();
    if (!drifted.settings().isEmpty()) {
      findings.add(
          "the configuration of topic %s differs from the catalogue: %s;"
                  .formatted(name, drifted.settings())
              + " `millrace topics apply` sets it");
    }
    if (drifted.copies() > 0) {
      findings.add(
          "topic %s has replication factor %d and should have %d: a broker that is lost takes"
                  .formatted(name, drifted.copies(), wanted.factor())
              + " records with it; kafka-reassign-partitions.sh adds copies, or set %s=%d"
                  .formatted(Replication.FACTOR, drifted.copies()));
    }
    return findings;
  }

  private static int level(Admin admin, String feature) {
    try {
      Map<String, FinalizedVersionRange> levels =
          admin.describeFeatures().featureMetadata().get().finalizedFeatures();
      FinalizedVersionRange range = levels.get(feature);
      return range == null ? 0 : range.maxVersionLevel();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
