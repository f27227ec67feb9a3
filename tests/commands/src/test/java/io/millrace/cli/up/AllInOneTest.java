package io.millrace.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.settings.ServiceRegistry;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AllInOneTest {

  @TempDir Path folder;

  @Test
  void runsServicesOnItsOwnBrokerWithAllTopicsMade() {
    var local = Optional.of(new AllInOne.LocalBroker(folder, 0));

    try (var running =
        AllInOne.start(settings(), ServiceRegistry.byName(List.of("labelling")), local)) {
      TestKafka.await("readiness", running.host()::ready);

      try (var admin = Admin.create(running.settings().kafkaClient())) {
        int partitions = running.settings().common().topicPartitions();
        assertThat(partitions)
            .isEqualTo(Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 4));
        assertThat(new Provisioner(admin, "").inspect(Catalogue.load().withPartitions(partitions)))
            .allMatch(Provisioner.State.Matches.class::isInstance);
      }
      assertThat(folder).isDirectoryContaining("glob:**/streams");
    }
  }

  @Test
  void leavesNothingBehindWhenAServiceCannotBeMade() {
    var local = Optional.of(new AllInOne.LocalBroker(folder, 0));
    Settings bad = settings().with(Map.of("labelling.threads", "0"));
    var services = ServiceRegistry.byName(List.of("labelling"));

    assertThatThrownBy(() -> AllInOne.start(bad, services, local))
        .hasMessageContaining("labelling.threads");

    AllInOne.start(settings(), services, local).close();
  }

  @Test
  void aMemoryThatTheHeapCannotHoldIsRefusedAtTheStart() {
    var local = Optional.of(new AllInOne.LocalBroker(folder, 0));
    Settings large = settings().with(Map.of("vision.replay.capacity", "10000000"));

    assertThatThrownBy(
            () -> AllInOne.start(large, ServiceRegistry.byName(List.of("vision")), local))
        .isInstanceOf(SettingsException.class)
        .hasMessageContaining("vision.replay.capacity=10000000: 8,088 MiB")
        .hasMessageContaining("-Xmx");
  }

  @Test
  void aServiceWithoutItsNativeLibraryIsNamedAndLeftOutUnlessItWasAskedFor() {
    var services = ServiceRegistry.byName(List.of("labelling", "vision"));
    var local = Optional.of(new AllInOne.LocalBroker(folder, 0));
    String arch = System.getProperty("os.arch");
    System.setProperty("os.arch", "aarch64");
    try {
      assertThatThrownBy(() -> AllInOne.start(settings(), services, local))
          .isInstanceOf(CommandException.class)
          .hasMessageStartingWith(
              "vision cannot train here: the library of vision.engine=dl4j needs")
          .hasMessageContaining("and this is Linux on aarch64")
          .hasMessageContaining("README");

      try (var running =
          AllInOne.start(settings(), services, local, AllInOne.Missing.IS_LEFT_OUT)) {
        var out = new StringWriter();
        new StartupMessage(new PrintWriter(out, true), running, services)
            .show(Optional.empty(), Optional.empty());

        assertThat(running.leftOut()).containsOnlyKeys("vision");
        assertThat(out.toString().lines().toList().subList(0, 2).toString())
            .contains("Millrace runs labelling,")
            .contains("without vision: vision cannot train here");
        TestKafka.await("readiness", running.host()::ready);
      }
    } finally {
      System.setProperty("os.arch", arch);
    }
  }

  private static Settings settings() {
    return Settings.of(Map.of("http.port", "0"));
  }
}
