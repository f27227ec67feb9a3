package io.millrace.console.flow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.console.live.EventHub;
import io.millrace.console.live.EventHub.InitialEvent;
import io.millrace.console.live.EventType;
import io.millrace.console.views.Json;
import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.metrics.PeriodicTask;
import io.millrace.runtime.settings.Settings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rates between topics and services, their lag and their health. A service of this process says
 * itself how it is; of others the consumer group tells. It asks Kafka every second while somebody
 * listens to {@code flow}, every five while somebody listens to {@code health}, and when {@code
 * /v1/flow} is read; otherwise never. Safe for several threads.
 */
public final class FlowMonitor implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FlowMonitor.class);

  /** The time that rates are taken over: a trainer commits a step every few seconds. */
  private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(6);

  private static final long OLD_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(300);
  private static final int HEALTH_EVERY_TICKS = 5;
  private static final int STOP_SECONDS = 2;

  /** A sample and what the meters of this process said at the same time. */
  private record Moment(
      FlowSample sample, Map<String, Double> recordsIn, Map<String, Double> recordsOut) {}

  private final FlowSampler sampler;
  private final ProcessMeters meters;
  private final EventHub hub;
  private final Deque<Moment> moments = new ArrayDeque<>();
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("console-flow").factory());
  private volatile Map<String, String> groupHealth = Map.of();
  private Map<String, String> sentHealth = Map.of();
  private long ticks;

  /** What those get who have asked while the ticker asks Kafka. */
  private @Nullable CompletableFuture<HttpResponse> asked;

  /**
   * A monitor that has asked nothing yet.
   *
   * @param admins makes an admin client whose time-outs are short
   * @param variants the models that are variants, which are services of their own
   */
  public FlowMonitor(
      Settings settings,
      ProcessMeters meters,
      EventHub hub,
      Supplier<Admin> admins,
      Supplier<List<String>> variants) {
    this.sampler = new FlowSampler(settings, admins, variants);
    this.meters = meters;
    this.hub = hub;
  }

  /** Begins to look whether somebody listens. */
  public void start() {
    PeriodicTask.schedule(
        ticker, PeriodicTask.Kind.CONSOLE_FLOW, Duration.ofSeconds(1), this::tick);
  }

  /** Its route. */
  public HttpRoute route() {
    return HttpRoute.get("/v1/flow", _ -> HttpResponse.later(flow()));
  }

  private void tick() {
    try {
      boolean flow = hub.wants(EventType.FLOW);
      boolean health = hub.wants(EventType.HEALTH);
      if (flow || (health && ticks++ % HEALTH_EVERY_TICKS == 0)) {
        sample();
      }
      if (flow) {
        hub.publish(EventType.FLOW, this::latest);
      }
      if (health) {
        publishHealth();
      }
    } catch (KafkaException e) {
      LOG.debug("the flow is not known", e);
      publishHealth();
    }
  }

  private void publishHealth() {
    Map<String, String> now = health();
    if (!now.equals(sentHealth)) {
      sentHealth = now;
      hub.publish(EventType.HEALTH, () -> healthJson(now));
    }
  }

  /** What a stream of events begins with. */
  public List<InitialEvent> first() {
    return List.of(new InitialEvent(EventType.HEALTH, healthJson(health())));
  }

  private static ObjectNode healthJson(Map<String, String> health) {
    ObjectNode object = Json.object().put("time", System.currentTimeMillis());
    ObjectNode services = object.putObject("services");
    health.forEach(
        (name, state) -> services.putObject(name).put("health", state).putNull("failure"));
    return object;
  }

  /** Of services of this process what they say themselves, of others what their groups say. */
  private Map<String, String> health() {
    Map<String, String> all = new TreeMap<>(groupHealth);
    all.putAll(meters.health());
    return all;
  }

  /** The flow; the ticker asks Kafka first if that was not done just now, once for all who wait. */
  synchronized CompletableFuture<HttpResponse> flow() {
    if (!isOld(moments.peekLast())) {
      return CompletableFuture.completedFuture(HttpResponse.json(latest().toString()));
    }
    CompletableFuture<HttpResponse> waiting = asked;
    if (waiting == null) {
      CompletableFuture<HttpResponse> first = new CompletableFuture<>();
      try {
        ticker.execute(() -> answer(first));
      } catch (RejectedExecutionException e) {
        throw HttpStatusException.unavailable("the console stops");
      }
      asked = first;
      waiting = first;
    }
    return waiting;
  }

  /** On the ticker: two samples are needed for rates. */
  private void answer(CompletableFuture<HttpResponse> answer) {
    try {
      if (forgetOld()) {
        sample();
        LockSupport.parkNanos(PAUSE_NANOS);
        sample();
      }
      answer.complete(HttpResponse.json(latest().toString()));
    } catch (KafkaException e) {
      answer.completeExceptionally(
          HttpStatusException.unavailable(
              "Kafka does not answer, so that the flow is not known: %s; try again later"
                  .formatted(e.getMessage())));
    } catch (RuntimeException | Error e) {
      answer.completeExceptionally(e);
    } finally {
      synchronized (this) {
        asked = null;
      }
    }
  }

  private synchronized boolean forgetOld() {
    boolean old = isOld(moments.peekLast());
    if (old) {
      moments.clear();
    }
    return old;
  }

  private static boolean isOld(@Nullable Moment moment) {
    return moment == null || System.nanoTime() - moment.sample().nanos() > OLD_NANOS;
  }

  /** On the ticker, and without the lock: Kafka may be silent for seconds. */
  private void sample() {
    FlowSample sample = sampler.sample();
    Map<String, Double> in = new HashMap<>();
    Map<String, Double> out = new HashMap<>();
    Map<String, String> states = new TreeMap<>();
    sample.groups().forEach((service, group) -> states.put(service, group.health()));
    Set<String> services = new TreeSet<>(states.keySet());
    services.addAll(meters.health().keySet());
    for (String service : services) {
      meters.count("millrace.records.in", service).ifPresent(it -> in.put(service, it));
      meters.count("millrace.records.out", service).ifPresent(it -> out.put(service, it));
    }
    groupHealth = Map.copyOf(states);
    add(new Moment(sample, in, out));
  }

  private synchronized void add(Moment moment) {
    moments.add(moment);
    while (moments.size() > 2
        && moment.sample().nanos() - moments.getFirst().sample().nanos() > WINDOW_NANOS) {
      moments.removeFirst();
    }
  }

  private synchronized ObjectNode latest() {
    ObjectNode object = Json.object();
    Moment last = moments.peekLast();
    if (last == null) {
      return object.put("time", System.currentTimeMillis());
    }
    Moment first = moments.getFirst();
    double seconds = (last.sample().nanos() - first.sample().nanos()) / 1e9;
    object.put("time", last.sample().millis());
    ObjectNode services = object.putObject("services");
    health()
        .forEach((name, state) ->
            service(services.putObject(name).put("health", state), name, first, last, seconds));
    ObjectNode topics = object.putObject("topics");
    new TreeMap<>(last.sample().ends())
        .forEach((topic, end) ->
            Json.put(
                topics.putObject(topic),
                "rate",
                rate(first.sample().ends().get(topic), end, seconds)));
    return object;
  }

  private static void service(
      ObjectNode object, String name, Moment first, Moment last, double seconds) {
    object.putNull("failure");
    FlowSample.Group group = last.sample().groups().get(name);
    FlowSample.Group before = first.sample().groups().get(name);
    Double in = rate(first.recordsIn().get(name), last.recordsIn().get(name), seconds);
    Double out = rate(first.recordsOut().get(name), last.recordsOut().get(name), seconds);
    ObjectNode inputs = Json.object();
    double sum = 0;
    if (group != null) {
      for (Map.Entry<String, Long> read : new TreeMap<>(group.read()).entrySet()) {
        Long earlier = before == null ? null : before.read().get(read.getKey());
        Double rate = rate(earlier, read.getValue(), seconds);
        sum += rate == null ? 0 : rate;
        Json.put(inputs.putObject(read.getKey()), "rate", rate)
            .put("lag", group.lag().getOrDefault(read.getKey(), 0L));
      }
    }
    Json.put(object, "recordsIn", in != null || group == null ? in : Double.valueOf(sum));
    Json.put(object, "recordsOut", out);
    object.put(
        "lag",
        group == null ? null : (Long) group.lag().values().stream().mapToLong(it -> it).sum());
    object.set("inputs", inputs);
  }

  /** Per second; null if it is not known. A counter that began anew has no rate. */
  private static @Nullable Double rate(
      @Nullable Number before, @Nullable Number now, double seconds) {
    if (before == null || now == null || seconds <= 0) {
      return null;
    }
    double change = now.doubleValue() - before.doubleValue();
    return change < 0 ? null : (Double) (change / seconds);
  }

  @Override
  public void close() {
    ticker.shutdownNow();
    CompletableFuture<HttpResponse> waiting;
    synchronized (this) {
      waiting = asked;
    }
    if (waiting != null) {
      waiting.completeExceptionally(HttpStatusException.unavailable("the console stops"));
    }
    try {
      if (ticker.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
        sampler.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
