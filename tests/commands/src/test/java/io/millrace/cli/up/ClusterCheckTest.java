package io.millrace.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.cli.command.CommandException;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import io.millrace.topics.Replication;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ClusterCheckTest {

  @TempDir private Path folder;

  @Test
  void namesWhatIsNotAsItShouldBeAndWhatToDo() throws Exception {
    try (var broker = EmbeddedBroker.start(folder, 0);
        var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      var topics = new Provisioner(admin, "");
      topics.createMissing(Catalogue.load());
      assertThat(ClusterCheck.findings(admin, topics, Catalogue.load())).isEmpty();

      keepOneHour(admin, "predictions");
      runOldTransactions(admin);

      assertThat(ClusterCheck.findings(admin, topics, Catalogue.load()))
          .hasSize(2)
          .anySatisfy(it ->
              assertThat(it).contains("transaction.version=1", "KIP-890", "kafka-features.sh"))
          .anySatisfy(it ->
              assertThat(it)
                  .contains("predictions", "retention.ms=3600000", "millrace topics apply"));
    }
  }

  @Test
  void namesTopicsThatHaveFewerCopiesThanTheyShould() throws Exception {
    try (var broker = EmbeddedBroker.start(folder, 0);
        var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      new Provisioner(admin, "").createMissing(Catalogue.load());
      var topics = new Provisioner(admin, "", new Replication(3, 2));

      assertThat(ClusterCheck.findings(admin, topics, Catalogue.load()))
          .filteredOn(it -> it.contains("topic models has replication factor"))
          .singleElement()
          .asString()
          .contains(
              "has replication factor 1 and should have 3",
              "kafka-reassign-partitions.sh",
              "topics.replication.factor=1");
    }
  }

  @Test
  void refusesAnotherNumberOfPartitionsByTheTopicsWholeName() throws Exception {
    try (var broker = EmbeddedBroker.start(folder, 0);
        var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("p-models", 3, (short) 1),
                  new NewTopic("p-image-examples", 2, (short) 1)))
          .all()
          .get();
      var topics = new Provisioner(admin, "p-");
      topics.createMissing(Catalogue.load());

      assertThatThrownBy(() -> ClusterCheck.requirePartitions(topics, Catalogue.load()))
          .isInstanceOf(CommandException.class)
          .hasMessageContainingAll(
              "p-models has 3 partitions and must have 1", "topics apply", "topics.prefix")
          .hasMessageNotContaining("image-examples");
    }
  }

  private static void keepOneHour(Admin admin, String topic) throws Exception {
    var change =
        new AlterConfigOp(new ConfigEntry("retention.ms", "3600000"), AlterConfigOp.OpType.SET);
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    admin.incrementalAlterConfigs(Map.of(resource, List.of(change))).all().get();
  }

  private static void runOldTransactions(Admin admin) throws Exception {
    var old = new FeatureUpdate((short) 1, FeatureUpdate.UpgradeType.SAFE_DOWNGRADE);
    admin
        .updateFeatures(Map.of("transaction.version", old), new UpdateFeaturesOptions())
        .all()
        .get();
  }
}
