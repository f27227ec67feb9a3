package io.millrace.console.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.console.describe.GatewayOperations;
import io.millrace.console.flow.FlowMonitor;
import io.millrace.console.flow.ProcessMeters;
import io.millrace.console.inference.Inference;
import io.millrace.console.live.LiveConfig;
import io.millrace.console.live.LiveMetrics;
import io.millrace.console.live.LiveTopics;
import io.millrace.console.live.ModelMemory;
import io.millrace.console.models.Administration;
import io.millrace.console.models.LetterRoutes;
import io.millrace.console.models.ModelRoutes;
import io.millrace.console.parts.ConsoleConfig;
import io.millrace.console.parts.ConsolePart;
import io.millrace.console.parts.KafkaPatience;
import io.millrace.console.produce.ProduceRoutes;
import io.millrace.console.settings.SettingsRoute;
import io.millrace.console.views.EvaluationRoutes;
import io.millrace.console.views.LiveEvents;
import io.millrace.console.views.ReadRoutes;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.kafka.KafkaClients;
import io.millrace.runtime.lifecycle.LoopService;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.metrics.Meters;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.ModelManifest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The part that produces, reads and decides: all that is answered under {@code /v1}. One thread
 * follows the ends of the topics; everything else waits for requests.
 */
public final class GatewayPart implements ConsolePart {

  private static final String NAME = ConsoleConfig.NAME;

  private final LiveTopics live;
  private final LiveMetrics metrics;
  private final ProcessMeters meters = new ProcessMeters();
  private final FlowMonitor flow;
  private final Administration administration = new Administration();
  private final ProduceRoutes produce;
  private final List<HttpRoute> routes;
  private final LoopService loop;

  /** The part of a process. */
  public GatewayPart(Settings settings, ProcessContext context) {
    ConsoleConfig config = ConsoleConfig.from(settings);
    LiveConfig liveConfig = config.live();
    Settings patient = KafkaPatience.in(settings);
    this.live = new LiveTopics(settings, liveConfig, () -> KafkaClients.reader(patient));
    this.metrics = new LiveMetrics(live);
    this.flow =
        new FlowMonitor(
            settings,
            meters,
            live.hub(),
            () -> KafkaClients.admin(patient),
            () -> live.models().models().stream().filter(GatewayPart::isVariant).toList());
    this.produce =
        new ProduceRoutes(
            settings,
            new ProduceRoutes.Limits(
                config.maxBodyBytes(), config.predictionWait(), config.maxWaiting()),
            live.predictions(),
            () -> KafkaClients.idempotent(patient));
    LiveEvents.connect(live, settings, context.served());
    var operations = GatewayOperations.load();
    this.routes =
        Stream.of(
                new ReadRoutes(
                        live,
                        settings.topics().prefix(),
                        liveConfig.predictionsPerSecond(),
                        flow::first)
                    .all(),
                new EvaluationRoutes(live).all(),
                new ModelRoutes(patient, context.served(), live, administration).all(),
                new LetterRoutes(patient, administration).all(),
                produce.all(),
                List.of(flow.route(), new SettingsRoute(settings, context.settings()).route()))
            .flatMap(List::stream)
            .map(operations::describe)
            .toList();
    this.loop = new LoopService(NAME, live::run);
  }

  private static boolean isVariant(String model) {
    return !ModelName.variantOf(model).isEmpty();
  }

  /** The versions on the models topic, as it was read by now. */
  public Inference.PublishedVersions published() {
    return new Published();
  }

  /**
   * Its methods are answered with status 503 until all was read that the topic had at the start.
   */
  private final class Published implements Inference.PublishedVersions {

    @Override
    public boolean has(VersionId version) {
      return models().isServable(version.model(), version.number());
    }

    @Override
    public List<Long> versions(String model) {
      return models().servable(model);
    }

    @Override
    public Optional<ModelManifest> manifest(VersionId version) {
      return models().version(version.model(), version.number()).map(it -> it.manifest());
    }

    private ModelMemory models() {
      if (loop.health() != Service.Health.READY) {
        throw HttpStatusException.unavailable(
            "the versions of the models are still being read; try again later");
      }
      return live.models();
    }
  }

  @Override
  public List<HttpRoute> routes() {
    return routes;
  }

  @Override
  public Optional<Service> worker() {
    return Optional.of(new Worker());
  }

  /** The loop, and what begins and ends with it. */
  private final class Worker implements Service {
    @Override
    public String name() {
      return NAME;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
      loop.bindTo(registry);
      meters.add(registry);
      metrics.bindTo(registry);
      Meters.of(registry, produce)
          .tag("service", NAME)
          .counter(
              "millrace.records.out", "Records sent, without dead letters", ProduceRoutes::sent);
      Meters.of(registry, produce)
          .gauge(
              "millrace.console.waiting",
              "Requests that wait for a prediction",
              ProduceRoutes::waiting)
          .counter(
              "millrace.console.wait.timeouts",
              "Requests whose prediction did not come in time",
              ProduceRoutes::timeouts);
    }

    @Override
    public void start() {
      loop.start();
      flow.start();
    }

    @Override
    public Health health() {
      return loop.health();
    }

    @Override
    public String failure() {
      return loop.failure();
    }

    @Override
    public long[] progress() {
      return loop.progress();
    }

    @Override
    public Duration longestPause() {
      return loop.longestPause();
    }

    @Override
    public void close(Duration timeout) {
      flow.close();
      administration.close();
      loop.close(timeout);
      produce.close();
    }
  }
}
