package io.millrace.console.live;

import io.millrace.runtime.lifecycle.LoopService;
import io.millrace.runtime.settings.Settings;
import io.millrace.topics.Topics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;

/**
 * The memories of what happens on the topics, what reads them, and those who listen. Readers may
 * ask the memories from any thread; {@link #run} fills them.
 */
public final class LiveTopics {

  /** The last records of {@code evaluations}: as many as {@code models list} reads. */
  private static final long EVALUATIONS = 20_000;

  /** More than a page shows, and less than the topic may hold. */
  private static final int VERSIONS = 500;

  /** The part of a memory's bytes that the places of what was forgotten may take. */
  private static final int FORGOTTEN_PART = 8;

  private final Topics topics;
  private final LiveConfig config;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final LiveStats stats = new LiveStats();
  private final EventHub hub;
  private final PredictionMemory predictions;
  private final InputMemory inputs;
  private final EvaluationMemory evaluations;
  private final ModelMemory models;
  private final DriftMemory drifts;
  private final ServingMemory decisions;
  private final LetterMemory letters;

  /**
   * The topics of a cluster, before any record of them is read.
   *
   * @param consumers makes a consumer of committed records without a group, whose time-outs are
   *     short
   */
  public LiveTopics(
      Settings settings, LiveConfig config, Supplier<Consumer<byte[], byte[]>> consumers) {
    this.topics = settings.topics();
    this.config = config;
    this.consumers = consumers;
    MemoryBounds bounds = config.memory();
    this.hub = new EventHub(config.clients());
    var forgotten = new ForgottenInputs(bounds.bytes() / FORGOTTEN_PART);
    forgotten.onForgotten(hub::forget);
    this.predictions = new PredictionMemory(bounds, forgotten);
    this.inputs =
        new InputMemory(
            bounds, settings.inputs(), settings.common().inputs().imagePixels(), forgotten);
    this.evaluations = new EvaluationMemory(bounds);
    this.models = new ModelMemory(Math.min(VERSIONS, bounds.records()));
    this.drifts = new DriftMemory(bounds);
    this.decisions = new ServingMemory(bounds);
    this.letters = new LetterMemory(bounds);
    models.onVersion(drifts::version);
  }

  /** Follows the topics until the service is to stop. */
  public void run(LoopService loop) {
    new TailReader(consumers, tails(), stats).run(loop);
  }

  private List<Tail> tails() {
    long newest = config.memory().records();
    return List.of(
        new Tail(topics.predictions().name(), newest, true, predictions::prediction),
        new Tail(topics.reconstructions().name(), newest, true, predictions::reconstruction),
        new Tail(topics.images().name(), newest, true, inputs::image),
        new Tail(topics.documents().name(), newest, true, inputs::document),
        new Tail(topics.labels().name(), newest, true, inputs::label),
        new Tail(topics.evaluations().name(), EVALUATIONS, false, evaluations::served),
        new Tail(topics.shadowEvaluations().name(), newest, false, evaluations::shadow),
        new Tail(topics.models().name(), Tail.ALL, false, models::accept),
        new Tail(topics.servingEvents().name(), newest, false, decisions::accept),
        new Tail(topics.deadLetters().name(), newest, true, letters::accept));
  }

  /** Those who listen. */
  public EventHub hub() {
    return hub;
  }

  /** Predictions and reconstructions. */
  public PredictionMemory predictions() {
    return predictions;
  }

  /** Images, documents and labels. */
  public InputMemory inputs() {
    return inputs;
  }

  /** Figures. */
  public EvaluationMemory evaluations() {
    return evaluations;
  }

  /** Versions and pointers. */
  public ModelMemory models() {
    return models;
  }

  /** Drifts. */
  public DriftMemory drifts() {
    return drifts;
  }

  /** Decisions about what answers. */
  public ServingMemory decisions() {
    return decisions;
  }

  /** Dead letters. */
  public LetterMemory letters() {
    return letters;
  }

  LiveStats stats() {
    return stats;
  }

  /** The memories with their names, for metrics. */
  Map<String, BoundedMemory<?>> memories() {
    Map<String, BoundedMemory<?>> all = new LinkedHashMap<>();
    all.put("predictions", predictions.memories().get(0));
    all.put("subjects", predictions.memories().get(1));
    all.put("reconstructions", predictions.memories().get(2));
    all.put("images", inputs.images());
    all.put("documents", inputs.documents());
    all.put("labels", inputs.labels());
    all.put("evaluations", evaluations.judged());
    all.put("decisions", decisions.decisions());
    all.put("dead-letters", letters.letters());
    return all;
  }
}
