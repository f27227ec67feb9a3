package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedBrokerTest {

  @Test
  void keepsItsTopicsAndItsPortOverARestart(@TempDir Path folder) throws Exception {
    String first;
    try (var broker = EmbeddedBroker.start(folder, 0);
        var admin = admin(broker)) {
      first = broker.bootstrapServers();
      admin.createTopics(List.of(new NewTopic("kept", 2, (short) 1))).all().get();
    }

    try (var broker = EmbeddedBroker.start(folder, 0);
        var admin = admin(broker)) {
      assertThat(broker.bootstrapServers()).isEqualTo(first);
      assertThat(admin.listTopics().names().get()).contains("kept");
    }
  }

  @Test
  void speaksTheTransactionsThatCannotHitTheNext(@TempDir Path folder) throws Exception {
    try (var broker = EmbeddedBroker.start(folder, 0);
        var admin = admin(broker)) {
      var features = admin.describeFeatures().featureMetadata().get().finalizedFeatures();

      assertThat(features.get("transaction.version").maxVersionLevel()).isEqualTo((short) 2);
    }
  }

  @Test
  void refusesAFolderThatIsInUse(@TempDir Path folder) {
    try (var broker = EmbeddedBroker.start(folder, 0)) {
      assertThatThrownBy(() -> EmbeddedBroker.start(broker.directory(), 0))
          .hasMessageContaining("another process runs a broker in");
    }
  }

  private static Admin admin(EmbeddedBroker broker) {
    return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }
}
