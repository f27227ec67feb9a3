package io.millrace.console;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.console.describe.Descriptions;
import io.millrace.console.gateway.GatewayPart;
import io.millrace.console.gateway.ProcessContext;
import io.millrace.console.images.Decoding;
import io.millrace.console.inference.Inference;
import io.millrace.console.page.PageFiles;
import io.millrace.console.parts.ConsoleConfig;
import io.millrace.console.parts.ConsolePart;
import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.lifecycle.Service;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.settings.HeapRequirement;
import io.millrace.runtime.settings.InputLimits;
import io.millrace.runtime.settings.Settings;
import io.millrace.search.documents.TextVectorizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * The console: one service of several parts. It has failed when the worker of one part has, and is
 * ready when those of all are. The routes of a part are answered as soon as its own worker is
 * ready, so that the page is there at once.
 */
public final class ConsoleService implements Service {

  private final List<ConsolePart> parts;
  private final List<Service> workers;
  private volatile boolean isStarted;
  private volatile boolean isClosed;

  ConsoleService(List<ConsolePart> parts) {
    this.parts = List.copyOf(parts);
    this.workers = parts.stream().map(ConsolePart::worker).flatMap(Optional::stream).toList();
  }

  /**
   * The service, for the command line.
   *
   * @param vectorizer makes the vectorizer that the settings of the text service describe: given by
   *     who knows both services
   * @param context what else the console cannot know by itself
   */
  public static ServiceType type(
      Function<Settings, TextVectorizer> vectorizer, ProcessContext context) {
    return new ServiceType(
        ConsoleConfig.NAME,
        "Serves the web page and the HTTP gateway: inference, producing, reading.",
        ConsoleConfig.definition(),
        settings -> of(settings, vectorizer.apply(settings), context),
        ConsoleService::heap);
  }

  /** One image is decoded at a time ({@link Decoding}); the memories are full. */
  private static List<HeapRequirement> heap(Settings settings) {
    List<HeapRequirement> needs = new ArrayList<>(ConsoleConfig.from(settings).live().heap());
    needs.add(
        HeapRequirement.of(
            InputLimits.IMAGE_PIXELS,
            settings.common().inputs().imagePixels(),
            PixelLimit.DECODED_BYTES));
    return needs;
  }

  /** The files of the page come last: their route takes every path that no other has. */
  static Service of(Settings settings, TextVectorizer vectorizer, ProcessContext context) {
    ConsoleConfig config = ConsoleConfig.from(settings);
    var gateway = new GatewayPart(settings, context);
    return new ConsoleService(
        List.of(
            gateway,
            new Inference(settings, config, vectorizer, gateway.published()),
            new Descriptions(settings),
            new PageFiles()));
  }

  @Override
  public String name() {
    return ConsoleConfig.NAME;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    workers.forEach(worker -> worker.bindTo(registry));
  }

  @Override
  public void start() {
    parts.forEach(ConsolePart::prepare);
    workers.forEach(Service::start);
    isStarted = true;
  }

  @Override
  public Health health() {
    List<Health> all = workers.stream().map(Service::health).toList();
    if (all.contains(Health.FAILED)) {
      return Health.FAILED;
    }
    if (isClosed) {
      return Health.STOPPED;
    }
    return isStarted && all.stream().allMatch(Health.READY::equals)
        ? Health.READY
        : Health.STARTING;
  }

  @Override
  public String failure() {
    return workers.stream()
        .filter(worker -> worker.health() == Health.FAILED)
        .findFirst()
        .map(worker -> worker.name() + ": " + worker.failure())
        .orElse("");
  }

  @Override
  public long[] progress() {
    return workers.stream().flatMapToLong(it -> Arrays.stream(it.progress())).toArray();
  }

  @Override
  public Duration longestPause() {
    return workers.stream()
        .map(Service::longestPause)
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  @Override
  public List<HttpRoute> routes() {
    List<HttpRoute> routes = new ArrayList<>();
    for (ConsolePart part : parts) {
      part.routes().forEach(route -> routes.add(whileReady(part, route)));
    }
    return routes;
  }

  /** The route, answered while its part's worker is ready, whatever the others are. */
  private static HttpRoute whileReady(ConsolePart part, HttpRoute route) {
    Optional<Service> worker = part.worker();
    HttpRoute.Responder responder =
        request -> {
          if (!route.whileStarting()
              && worker.isPresent()
              && worker.get().health() != Health.READY) {
            throw HttpStatusException.unavailable(
                "%s is not ready: %s; try again later"
                    .formatted(
                        worker.get().name(),
                        worker.get().health().name().toLowerCase(Locale.ROOT)));
          }
          return route.responder().respond(request);
        };
    return new HttpRoute(
        route.method(),
        route.path(),
        route.maxBodyBytes(),
        true,
        route.open(),
        route.operation(),
        responder);
  }

  @Override
  public void close(Duration timeout) {
    List<Thread> closing =
        workers.stream()
            .map(worker -> Thread.ofPlatform().start(() -> worker.close(timeout)))
            .toList();
    try {
      for (Thread thread : closing) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    isClosed = true;
  }
}
