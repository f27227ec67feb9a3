package io.millrace.console.produce;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.console.live.PredictionMemory;
import io.millrace.console.views.Json;
import io.millrace.console.views.PredictionJson;
import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.records.Traces;
import io.millrace.runtime.settings.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * The routes that send records, answered once the brokers have acknowledged them. See {@code
 * docs/http-api.md}.
 */
public final class ProduceRoutes implements AutoCloseable {

  private static final int ACCEPTED = 202;
  private static final int MAX_LABELS_BODY = 4 << 20;

  private final InputRecords records;
  private final AcknowledgedProducer producer;
  private final PredictionWaits waits;
  private final Limits limits;
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong timeouts = new AtomicLong();

  /**
   * What requests may take.
   *
   * @param maxBodyBytes the largest body
   * @param patience how long a request waits for its prediction
   * @param waiting requests that may wait at the same time
   */
  public record Limits(int maxBodyBytes, Duration patience, int waiting) {}

  /**
   * The routes.
   *
   * @param predictions tells of predictions as they come
   * @param producers makes an idempotent producer whose time-outs are short
   */
  public ProduceRoutes(
      Settings settings,
      Limits limits,
      PredictionMemory predictions,
      Supplier<Producer<byte[], byte[]>> producers) {
    this.records = new InputRecords(settings);
    this.producer = new AcknowledgedProducer(producers);
    this.waits = new PredictionWaits(limits.waiting());
    this.limits = limits;
    predictions.onPrediction(waits::predicted);
    predictions.onReconstruction(waits::reconstructed);
  }

  /** All of them. */
  public List<HttpRoute> all() {
    int most = limits.maxBodyBytes();
    return List.of(
        HttpRoute.post("/v1/documents/<id>", most, request -> send(request, records::document)),
        HttpRoute.delete("/v1/documents/<id>", request -> send(records.deletion(request))),
        HttpRoute.post("/v1/images/<id>", most, request -> send(request, records::image)),
        HttpRoute.post("/v1/labels", Math.min(most, MAX_LABELS_BODY), this::labels));
  }

  private HttpResponse send(
      HttpRoute.Request request, Function<HttpRoute.Request, InputRecords.InputRecord> make) {
    boolean wait = isToWait(request);
    InputRecords.InputRecord made = make.apply(request);
    return wait ? sendAndWait(made) : send(made);
  }

  private static boolean isToWait(HttpRoute.Request request) {
    String wait = request.queryParam("wait").orElse("");
    if (!wait.isEmpty() && !wait.equals("prediction")) {
      throw HttpStatusException.badRequest("wait must be prediction, was " + wait);
    }
    return !wait.isEmpty();
  }

  private HttpResponse send(InputRecords.InputRecord made) {
    return HttpResponse.later(
        producer
            .send(made.record())
            .thenApply(metadata -> {
              acknowledged(made, metadata);
              return HttpResponse.json(ACCEPTED, coordinates(metadata).toString());
            }));
  }

  private HttpResponse sendAndWait(InputRecords.InputRecord made) {
    long began = System.nanoTime();
    PredictionWaits.Ticket ticket = waits.register(made.subject());
    CompletableFuture<HttpResponse> answer =
        producer
            .send(made.record())
            .thenCompose(metadata -> {
              acknowledged(made, metadata);
              return ticket
                  .sentTo(metadata.topic(), metadata.partition(), metadata.offset())
                  .orTimeout(left(began), TimeUnit.NANOSECONDS)
                  .thenApply(found -> answer(metadata, found))
                  .exceptionallyCompose(
                      problem -> CompletableFuture.failedFuture(late(metadata, problem)));
            });
    return HttpResponse.later(answer.whenComplete((_, _) -> ticket.close()));
  }

  private void acknowledged(InputRecords.InputRecord made, RecordMetadata at) {
    sent.incrementAndGet();
    Traces.sent(made.record(), "", at);
  }

  /** The acknowledgement has taken some of the patience already. */
  private long left(long began) {
    return Math.max(1, limits.patience().toNanos() - (System.nanoTime() - began));
  }

  private Throwable late(RecordMetadata metadata, Throwable problem) {
    Throwable cause = problem instanceof CompletionException wrapped ? wrapped.getCause() : problem;
    if (!(cause instanceof TimeoutException)) {
      return problem;
    }
    timeouts.incrementAndGet();
    return HttpStatusException.timedOut(
        ("the record is at %s-%d-%d, but no prediction has come within %d ms (console.wait.ms):"
                + " does scoring run, and has the model a version?")
            .formatted(
                metadata.topic(),
                metadata.partition(),
                metadata.offset(),
                limits.patience().toMillis()));
  }

  private static HttpResponse answer(RecordMetadata metadata, PredictionWaits.Answer found) {
    ObjectNode object = coordinates(metadata);
    object.set("prediction", PredictionJson.of(found.predicted()));
    object.put(
        "reconstruction",
        found.reconstructed().map(it -> Json.dataUrl("image/png", it.png())).orElse(null));
    return HttpResponse.json(object.toString());
  }

  private static ObjectNode coordinates(RecordMetadata metadata) {
    return Json.object()
        .put("topic", metadata.topic())
        .put("partition", metadata.partition())
        .put("offset", metadata.offset());
  }

  private HttpResponse labels(HttpRoute.Request request) {
    InputRecords.Labels labels = records.labels(request);
    List<CompletableFuture<RecordMetadata>> all =
        producer.sendInOrder(labels.made().stream().map(InputRecords.InputRecord::record).toList());
    return HttpResponse.later(
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
            .handle((_, problem) -> {
              List<RecordMetadata> taken = new ArrayList<>();
              for (int i = 0; i < all.size(); i++) {
                if (!all.get(i).isCompletedExceptionally()) {
                  taken.add(all.get(i).join());
                  acknowledged(labels.made().get(i), all.get(i).join());
                }
              }
              if (problem != null) {
                throw incomplete(taken.size(), labels, problem);
              }
              return accepted(taken, labels.several());
            }));
  }

  private static HttpResponse accepted(List<RecordMetadata> taken, boolean several) {
    if (!several) {
      return HttpResponse.json(ACCEPTED, coordinates(taken.getFirst()).toString());
    }
    ObjectNode answer = Json.object();
    ArrayNode array = answer.putArray("records");
    taken.forEach(it -> array.add(coordinates(it)));
    return HttpResponse.json(ACCEPTED, answer.toString());
  }

  /** One label is answered like any other record. */
  private static RuntimeException incomplete(
      int taken, InputRecords.Labels labels, Throwable problem) {
    Throwable cause = problem instanceof CompletionException wrapped ? wrapped.getCause() : problem;
    if (!labels.several() || !(cause instanceof HttpStatusException refusal)) {
      return new CompletionException(cause);
    }
    return refusal.with("%d of %d labels were sent: ".formatted(taken, labels.made().size()));
  }

  /** Records that the brokers have acknowledged. */
  public long sent() {
    return sent.get();
  }

  /** Requests whose prediction did not come in time. */
  public long timeouts() {
    return timeouts.get();
  }

  /** Requests that wait for a prediction now. */
  public int waiting() {
    return waits.waiting();
  }

  @Override
  public void close() {
    producer.close();
  }
}
