package io.millrace.cli.up;

import io.millrace.broker.BrokerStartException;
import io.millrace.broker.EmbeddedBroker;
import io.millrace.cli.command.CommandException;
import io.millrace.cli.kafka.ClusterSchemas;
import io.millrace.runtime.lifecycle.Parallel;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.ServiceHost;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.lifecycle.UnsupportedMachineException;
import io.millrace.runtime.settings.CommonConfig;
import io.millrace.runtime.settings.HeapRequirement;
import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Runs services in this process, on an embedded broker or an external one, for {@code up} and
 * {@code demo}. Creates missing topics; never changes existing ones.
 */
public final class AllInOne implements AutoCloseable {

  private static final String LOCAL_INSTANCE = "local";

  private static final int MAX_PARTITIONS = 4;

  private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

  private final Settings settings;
  private final Optional<EmbeddedBroker> broker;
  private final ClusterSchemas schemas;
  private final ClusterPreparation preparation;
  private final ServiceHost host;
  private final Map<String, String> leftOut;

  private AllInOne(
      Settings settings,
      Optional<EmbeddedBroker> broker,
      ClusterSchemas schemas,
      ClusterPreparation preparation,
      ServiceHost host,
      Map<String, String> leftOut) {
    this.settings = settings;
    this.broker = broker;
    this.schemas = schemas;
    this.preparation = preparation;
    this.host = host;
    this.leftOut = leftOut;
  }

  /** What becomes of a service whose native library this machine cannot use. */
  public enum Missing {
    /** None of the services is started. */
    FAILS,
    /** The others are started without it. */
    IS_LEFT_OUT
  }

  /**
   * An embedded broker.
   *
   * @param directory where the broker keeps its data and Kafka Streams its stores
   * @param port the port for clients; 0 takes the port of the last run, or any free one
   */
  public record LocalBroker(Path directory, int port) {}

  /** Starts all services, or none, as {@link #start(Settings, List, Optional, Missing)} does. */
  public static AllInOne start(
      Settings settings, List<ServiceType> services, Optional<LocalBroker> local) {
    return start(settings, services, local, Missing.FAILS);
  }

  /**
   * Starts the broker and the services. Returns when the services have started, before they are
   * ready.
   *
   * @param settings the settings of the services; the address of an embedded broker replaces theirs
   * @param services the services to run
   * @param local the embedded broker to run; empty for the broker of the settings
   * @param missing what becomes of a service whose native library this machine cannot use
   * @throws SettingsException if a setting is bad
   * @throws CommandException if the broker cannot be started or reached, or a port is in use
   */
  public static AllInOne start(
      Settings settings, List<ServiceType> services, Optional<LocalBroker> local, Missing missing) {
    Optional<EmbeddedBroker> broker = local.map(AllInOne::broker);
    try {
      Settings located =
          local.isPresent() ? withLocalDefaults(settings, local.get(), broker) : settings;
      List<String> names = services.stream().map(ServiceType::name).toList();
      var preparation = new ClusterPreparation(located, names, local.isEmpty());
      return started(preparation.run(), services, missing, broker, preparation);
    } catch (RuntimeException | Error e) {
      broker.ifPresent(EmbeddedBroker::close);
      throw e;
    }
  }

  private static AllInOne started(
      Settings settings,
      List<ServiceType> services,
      Missing missing,
      Optional<EmbeddedBroker> broker,
      ClusterPreparation preparation) {
    ClusterSchemas schemas = ClusterSchemas.use(settings);
    try {
      schemas.publishOwn();
      Map<String, String> leftOut = new ConcurrentSkipListMap<>();
      List<Service> created = created(settings, services, missing, leftOut);
      return new AllInOne(settings, broker, schemas, preparation, host(settings, created), leftOut);
    } catch (RuntimeException | Error e) {
      schemas.close();
      throw e;
    }
  }

  /** The services that this machine cannot run, by name, and why. */
  public Map<String, String> leftOut() {
    return Collections.unmodifiableMap(leftOut);
  }

  /** The effective settings, with the broker's address. */
  public Settings settings() {
    return settings;
  }

  /** The host of the services, with their health and metrics. */
  public ServiceHost host() {
    return host;
  }

  /**
   * The rights on the cluster that the services lack, as the message of an error. To be asked when
   * all are ready, since some rights are on topics that Kafka Streams has made by then, and when
   * one has failed.
   */
  public Optional<String> missingRights() {
    return preparation.missingRights();
  }

  /** Stops the services, each after its current step, then the broker. */
  @Override
  public void close() {
    host.close();
    schemas.close();
    broker.ifPresent(EmbeddedBroker::close);
  }

  /** Variants are services of their own. */
  private static List<Service> created(
      Settings settings, List<ServiceType> services, Missing missing, Map<String, String> leftOut) {
    Map<ServiceType, List<Service>> made = new ConcurrentHashMap<>();
    try {
      Parallel.forEach(services, type -> made.put(type, create(settings, type, missing, leftOut)));
    } catch (RuntimeException | Error e) {
      // Those that were made hold locks on their folders.
      made.values().forEach(all -> all.forEach(service -> service.close(STOP_WITHIN)));
      throw e;
    }
    List<Service> created =
        services.stream().flatMap(type -> made.getOrDefault(type, List.of()).stream()).toList();
    if (created.isEmpty()) {
      throw new CommandException(
          "no service can run on this machine: " + String.join("; ", leftOut.values()));
    }
    return created;
  }

  private static List<Service> create(
      Settings settings, ServiceType type, Missing missing, Map<String, String> leftOut) {
    try {
      HeapRequirement.review(settings, type.name(), type.heap().apply(settings));
      return type.createAll().apply(settings);
    } catch (UnsupportedMachineException e) {
      if (missing == Missing.FAILS) {
        throw new CommandException(
            e.getMessage() + " (README, \"Where it runs\", says what works where)", e);
      }
      leftOut.put(type.name(), String.valueOf(e.getMessage()));
      return List.of();
    }
  }

  private static EmbeddedBroker broker(LocalBroker local) {
    try {
      return EmbeddedBroker.start(local.directory().resolve("broker"), local.port());
    } catch (BrokerStartException e) {
      String remedy =
          switch (e.kind()) {
            case FOLDER -> "; --dir gives another folder than " + local.directory();
            case PORT -> "; --port gives another port";
          };
      throw new CommandException(e.getMessage() + remedy, e);
    } catch (IllegalStateException e) {
      throw new CommandException("cannot start the embedded broker: " + e.getMessage(), e);
    }
  }

  private static Settings withLocalDefaults(
      Settings settings, LocalBroker local, Optional<EmbeddedBroker> broker) {
    String streams = local.directory().resolve("streams").toString();
    // The folder is locked, so no other process can use this instance name on its broker. With a
    // fixed name, services get their partitions back at once after a crash.
    return settings
        .withDefaults(
            Map.of(
                "state.directory",
                streams,
                CommonConfig.INSTANCE,
                LOCAL_INSTANCE,
                CommonConfig.TOPIC_PARTITIONS,
                Integer.toString(partitions(Runtime.getRuntime().availableProcessors()))))
        .with(Map.of("bootstrap.servers", broker.orElseThrow().bootstrapServers()));
  }

  /** One for every two processors: what one process can use beside its learners. */
  private static int partitions(int processors) {
    return Math.clamp(processors / 2, 1, MAX_PARTITIONS);
  }

  private static ServiceHost host(Settings settings, List<Service> services) {
    try {
      return ServiceHost.start(settings, services);
    } catch (SettingsException e) {
      // A port in use is a failure of the environment, not wrong usage.
      throw new CommandException(String.valueOf(e.getMessage()), e);
    }
  }
}
