package io.millrace.cli.up;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.cli.command.CommandException;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.settings.ProcessConfig;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.ServiceHost;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.settings.CommonConfig;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import io.millrace.topics.Catalogue;
import io.millrace.topics.Provisioner;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Services in this process, on a broker in this process or elsewhere: what {@code up} and {@code
 * demo} run. Topics that are missing are made; none is changed.
 */
public final class AllInOne implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AllInOne.class);

  private static final String LOCAL_INSTANCE = "local";

  private final Settings settings;
  private final Optional<EmbeddedBroker> broker;
  private final ServiceHost host;

  private AllInOne(Settings settings, Optional<EmbeddedBroker> broker, ServiceHost host) {
    this.settings = settings;
    this.broker = broker;
    this.host = host;
  }

  /**
   * A broker inside the process.
   *
   * @param directory where it keeps its data, and Kafka Streams its stores beside
   * @param port for clients; 0 takes the last one or any free one
   */
  public record LocalBroker(Path directory, int port) {}

  /**
   * Starts everything; returns when the services have begun, which is before they are ready.
   *
   * @param settings of the services; with a local broker its address replaces that in them
   * @param services which to run
   * @param local the broker to run here; empty to use that of the settings
   * @throws SettingsException if a setting is bad
   * @throws CommandException if the broker cannot be started or reached, or a port is taken
   */
  public static AllInOne start(
      Settings settings, List<ServiceType> services, Optional<LocalBroker> local) {
    Optional<EmbeddedBroker> broker = local.map(AllInOne::broker);
    try {
      Settings here =
          local.isPresent() ? withLocalDefaults(settings, local.get(), broker) : settings;
      prepareTopics(here);
      List<Service> created = services.stream().map(type -> type.create().apply(here)).toList();
      return new AllInOne(here, broker, host(here, created));
    } catch (RuntimeException | LinkageError e) {
      broker.ifPresent(EmbeddedBroker::close);
      throw e;
    }
  }

  /** The settings in force, with the broker's address. */
  public Settings settings() {
    return settings;
  }

  /** The services, their health and their figures. */
  public ServiceHost host() {
    return host;
  }

  /** Stops the services, each finishing its step, then the broker. */
  @Override
  public void close() {
    host.close();
    broker.ifPresent(EmbeddedBroker::close);
  }

  private static EmbeddedBroker broker(LocalBroker local) {
    try {
      return EmbeddedBroker.start(local.directory().resolve("broker"), local.port());
    } catch (IllegalStateException | UncheckedIOException e) {
      throw new CommandException("the embedded broker does not start: " + e.getMessage(), e);
    }
  }

  private static Settings withLocalDefaults(
      Settings settings, LocalBroker local, Optional<EmbeddedBroker> broker) {
    String streams = local.directory().resolve("streams").toString();
    // The folder is locked: no other process can have the name on its broker, and after a death the
    // services take their partitions back at once.
    return settings
        .withDefaults(Map.of("state.directory", streams, CommonConfig.INSTANCE, LOCAL_INSTANCE))
        .with(Map.of("bootstrap.servers", broker.orElseThrow().bootstrapServers()));
  }

  private static void prepareTopics(Settings settings) {
    try (var admin = ClusterConnection.connect(settings)) {
      var topics = new Provisioner(admin, settings.topics().prefix());
      if (ProcessConfig.from(settings).createTopics()) {
        topics.createMissing(Catalogue.load()).forEach(name -> LOG.info("made the topic {}", name));
      }
      ClusterCheck.findings(admin, topics).forEach(LOG::warn);
    }
  }

  private static ServiceHost host(Settings settings, List<Service> services) {
    try {
      return ServiceHost.start(settings, services);
    } catch (SettingsException e) {
      // A taken port is the machine's doing, not a wrong use of the command.
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }
}
