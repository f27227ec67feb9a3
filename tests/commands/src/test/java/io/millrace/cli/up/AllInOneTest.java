package io.millrace.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.settings.ServiceRegistry;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.lifecycle.UnsupportedMachineException;
import io.millrace.runtime.models.PublishedManifests;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigDef;
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
  void runsVariantsOfSeveralKindsInOneProcess() {
    var local = Optional.of(new AllInOne.LocalBroker(folder, 0));
    Settings variants =
        Settings.load(
            null,
            Map.of(),
            Map.of(
                "http.port", "0",
                "vision.variants", "wide,slow",
                "vision.wide.hidden", "32",
                "vision.slow.learning.rate", "0.0001",
                "classifier.variants", "narrow",
                "classifier.narrow.hidden", "4"),
            ServiceRegistry.definitions());

    try (var running =
        AllInOne.start(variants, ServiceRegistry.byName(List.of("vision", "classifier")), local)) {
      TestKafka.await("readiness", running.host()::ready);

      TestKafka.await(
          "a version of each model",
          () ->
              PublishedManifests.read(running.settings(), 1)
                  .models()
                  .containsAll(
                      List.of(
                          "vision",
                          "vision-wide",
                          "vision-slow",
                          "classifier",
                          "classifier-narrow")));
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
  void aServiceThatTheMachineCannotRunIsNamedAndLeftOutUnlessItWasAskedFor() {
    var elsewhere =
        new ServiceType(
            "elsewhere",
            "Runs on other machines.",
            new ConfigDef(),
            settings -> {
              throw new UnsupportedMachineException("elsewhere cannot run here: no such card");
            });
    List<ServiceType> services = new ArrayList<>(ServiceRegistry.byName(List.of("labelling")));
    services.add(elsewhere);
    var local = Optional.of(new AllInOne.LocalBroker(folder, 0));

    assertThatThrownBy(() -> AllInOne.start(settings(), services, local).close())
        .isInstanceOf(CommandException.class)
        .hasMessageStartingWith("elsewhere cannot run here: no such card")
        .hasMessageContaining("README");

    try (var running = AllInOne.start(settings(), services, local, AllInOne.Missing.IS_LEFT_OUT)) {
      var out = new StringWriter();
      new StartupMessage(new PrintWriter(out, true), running, services)
          .show(Optional.empty(), Optional.empty());

      assertThat(running.leftOut()).containsOnlyKeys("elsewhere");
      assertThat(out.toString().lines().toList().subList(0, 2).toString())
          .contains("Millrace runs labelling,")
          .contains("without elsewhere: elsewhere cannot run here");
      TestKafka.await("readiness", running.host()::ready);
    }
  }

  private static Settings settings() {
    return Settings.of(Map.of("http.port", "0"));
  }
}
