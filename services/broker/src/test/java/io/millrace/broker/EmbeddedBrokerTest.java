package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @Test
  void namesTheProcessThatUsesTheFolder(@TempDir Path folder) {
    try (var broker = EmbeddedBroker.start(folder, 0)) {
      assertThatThrownBy(() -> EmbeddedBroker.start(broker.directory(), 0))
          .hasMessageContaining("(process " + ProcessHandle.current().pid() + "): stop it first");
    }
  }

  @Test
  void saysThatTheFolderIsAFile(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("var"), "x");

    assertThatThrownBy(() -> EmbeddedBroker.start(file, 0))
        .isInstanceOf(BrokerStartException.class)
        .hasMessage("cannot start a broker in " + file + ": it or a folder above it is a file");
    assertThatThrownBy(() -> EmbeddedBroker.start(file.resolve("broker"), 0))
        .hasMessageEndingWith("it or a folder above it is a file");
  }

  @ParameterizedTest
  @CsvSource({
    "Read-only file system, its file system is read-only",
    "No space left on device, its disk is full",
    "Not a directory, it or a folder above it is a file",
    "Operation not permitted, has no permission to write there",
    "Input/output error, Input/output error",
  })
  void saysWhatStandsInTheWayOfWriting(String problem, String reason) {
    assertThat(
            FolderProblem.reason(
                Path.of("/var"), new FileSystemException("/var/broker", null, problem)))
        .contains(reason);
  }

  @Test
  void namesTheUserWhoMayNotWriteAndTheOwner() {
    assertThat(FolderProblem.reason(Path.of("/none"), new AccessDeniedException("/none")))
        .startsWith("user " + System.getProperty("user.name") + " has no permission")
        .contains("is the owner");
  }

  @ParameterizedTest
  @CsvSource({"version=1, version=99", "node.id=1, node.id=2", "node.id=1, garbage"})
  void saysThatTheDataAreOfAnotherKafka(String is, String becomes, @TempDir Path folder)
      throws Exception {
    EmbeddedBroker.start(folder, 0).close();
    Path meta = folder.resolve("log/meta.properties");
    Files.writeString(meta, Files.readString(meta).replace(is, becomes));

    assertThatThrownBy(() -> EmbeddedBroker.start(folder, 0))
        .isInstanceOf(BrokerStartException.class)
        .hasMessageContaining(folder + ": Kafka ")
        .hasMessageContaining("damaged or of another version of Kafka");
    Files.writeString(meta, Files.readString(meta).replace(becomes, is));
    EmbeddedBroker.start(folder, 0).close(); // The failure left no lock and no port behind.
  }

  @Test
  void aDamagedPropertiesFileCostsOnlyThePortOfTheLastRun(@TempDir Path folder) throws Exception {
    Files.writeString(folder.resolve("server.properties"), "advertised.listeners=nonsense");

    EmbeddedBroker.start(folder, 0).close();
  }

  @Test
  void aPortThatCannotBeHadIsNamed(@TempDir Path folder) throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> EmbeddedBroker.start(folder, taken.getLocalPort()))
          .hasMessage(
              "port "
                  + taken.getLocalPort()
                  + " is in use: choose another one, or 0 for a free one");
    }
    assertThatThrownBy(() -> EmbeddedBroker.start(folder, 70_000))
        .hasMessage("the port must be 0 to 65535, was 70000");
  }

  @Test
  void aBrokerThatStopsSaysWhy(@TempDir Path folder) {
    assertThat(FatalExit.message(folder, null)).endsWith("this process with it: the log says why");
    assertThat(FatalExit.message(folder.resolve("gone"), null)).contains("cannot be read");
  }

  private static Admin admin(EmbeddedBroker broker) {
    return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }
}
