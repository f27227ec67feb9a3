package io.millrace.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.EmbeddedBroker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProvisionerTest {

  @TempDir static Path folder;
  private static EmbeddedBroker broker;
  private static Admin admin;

  private final Catalogue catalogue = Catalogue.load();

  @BeforeAll
  static void start() {
    broker = EmbeddedBroker.start(folder, 0);
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  @AfterAll
  static void stop() {
    admin.close();
    broker.close();
  }

  @Test
  void makesWhatIsMissingOnceAndThenMatches() {
    var provisioner = new Provisioner(admin, "made-");

    assertThat(provisioner.createMissing(catalogue)).hasSameSizeAs(catalogue.topics());
    assertThat(provisioner.createMissing(catalogue)).isEmpty();
    assertThat(provisioner.inspect(catalogue))
        .allMatch(state -> state instanceof Provisioner.State.Matches);
  }

  @Test
  void mendsSettingsAndLeavesPartitions() throws Exception {
    var other =
        new NewTopic("drift-documents", 2, (short) 1).configs(Map.of("retention.ms", "1000"));
    make(other);
    var provisioner = new Provisioner(admin, "drift-");

    var report = provisioner.apply(catalogue, false);

    assertThat(report)
        .contains("left drift-documents with 2 partitions; the catalogue says 4")
        .anyMatch(line -> line.startsWith("set ") && line.endsWith("of drift-documents"));
    assertThat(provisioner.inspect(catalogue))
        .filteredOn(state -> state instanceof Provisioner.State.Drifted)
        .singleElement()
        .satisfies(state -> assertThat(((Provisioner.State.Drifted) state).settings()).isEmpty());
  }

  @Test
  void addsPartitionsOnlyWhenAllowed() throws Exception {
    make(new NewTopic("grow-images", 1, (short) 1));
    var provisioner = new Provisioner(admin, "grow-");

    var report = provisioner.apply(catalogue, true);

    assertThat(report).contains("raised grow-images to 4 partitions");
  }

  /** Returns when the broker shows the topic, which is some time after it has made it. */
  private static void make(NewTopic topic) throws Exception {
    admin.createTopics(List.of(topic)).all().get();
    while (!admin.listTopics().names().get().contains(topic.name())) {
      Thread.onSpinWait();
    }
  }
}
