package io.millrace.scoring;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.learning.vision.PredictorLoader;
import io.millrace.runtime.batch.BatchProcessor;
import io.millrace.runtime.models.ModelFollower;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.ServingPolicy;
import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.scoring.answers.DivergedException;
import io.millrace.scoring.answers.ServedModel;
import io.millrace.scoring.answers.ServingLog;
import io.millrace.scoring.answers.VersionSelector;
import io.millrace.scoring.promotion.PromotionConfig;
import io.millrace.scoring.promotion.Promotions;
import io.millrace.scoring.rollback.DriftRollback;
import io.millrace.topics.Topics;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Scores the records of {@code images} and {@code document-vectors}, each topic by the version that
 * is in force for its kind of model. Steps for the records of a topic that one poll brought:
 *
 * <ol>
 *   <li>{@link #ready}: the topic stays paused until its model has a version.
 *   <li>{@link #process}: the topic's {@link TopicScorer} takes the version in force, which then
 *       scores all these records.
 *   <li>If it answers with NaN or infinity, nothing of it is kept: it is passed over, and another
 *       version scores all these records.
 *   <li>The predictions, reconstructions and dead letters are returned for the loop to send.
 * </ol>
 *
 * <p>Versions and pointers come in on the thread of the {@link ModelFollower}; a {@link
 * VersionSelector} for each kind selects the version in force.
 */
final class ScoringProcessor implements BatchProcessor, ModelFollower.Listener {

  private final Map<String, TopicScorer> scorers = new HashMap<>();
  private final Map<String, VersionSelector> selectors = new HashMap<>();
  private final ScoringMetrics metrics;
  private final ServingGate gate;

  /** The models whose version rules choose. */
  private final Set<String> gated = new HashSet<>();

  /** Those that a drift rolls back, by model. */
  private final Map<String, DriftRollback> rollbacks = new HashMap<>();

  private @Nullable ModelFollower follower;
  private @Nullable Promotions promotions;

  /** Scores the records of one topic by one model. Used by the loop's thread. */
  interface TopicScorer extends AutoCloseable {

    /** The model that scores. */
    ServedModel<?> model();

    /**
     * Scores records by the version in force.
     *
     * @return what to send: the output of every record, or its dead letter, in the records' order
     * @throws DivergedException if the version answers with NaN or infinity
     */
    List<ProducerRecord<byte[], byte[]>> score(List<ConsumerRecord<byte[], byte[]>> records);

    @Override
    void close();
  }

  /**
   * Models without a version yet.
   *
   * @param topicIds gives the id of a topic by its name
   * @param loader loads networks; without one images are not scored
   * @param log of versions and decisions
   * @param gate closed while records are scored
   */
  ScoringProcessor(
      Topics topics,
      UnaryOperator<String> topicIds,
      ScoringConfig config,
      Optional<PredictorLoader> loader,
      ServingLog log,
      ScoringMetrics metrics,
      ServingGate gate) {
    this.metrics = metrics;
    this.gate = gate;
    var outputs = new OutputRecords(topics, topicIds, config.carriedHeaders());
    loader.ifPresent(it ->
        scorers.put(
            topics.images().name(),
            new ImageScorer(outputs, config, it, metrics, watch(config, ImageScorer.MODEL))));
    if (config.documents()) {
      scorers.put(
          topics.documentVectors().name(),
          new DocumentScorer(outputs, config, metrics, watch(config, DocumentScorer.MODEL)));
    }
    for (TopicScorer scorer : scorers.values()) {
      String model = scorer.model().name();
      if (config.serving(model) == ServingPolicy.GATED) {
        gated.add(model);
      }
      selectors.put(
          model,
          new VersionSelector(config.serving(model), scorer.model(), log, metrics.model(model)));
    }
  }

  private Optional<InputWatch> watch(ScoringConfig config, String model) {
    if (!config.drift().rollsBack(model)) {
      metrics.unanswered(model, () -> false);
      return Optional.empty();
    }
    var rollback = new DriftRollback(model, metrics.rollbacks(model)::increment);
    metrics.unanswered(model, rollback::isUnanswered);
    rollbacks.put(model, rollback);
    return Optional.of(
        new InputWatch(rollback, config.drift().window(), config.drift().inputThreshold(model)));
  }

  /** Starts to follow the models topic, and the rules. */
  void follow(Settings settings, PromotionConfig rules) {
    scorers.forEach((topic, scorer) -> {
      DriftRollback rollback = rollbacks.get(scorer.model().name());
      if (rollback != null) {
        rollback.start(settings, topic);
      }
    });
    promotions = Promotions.start(settings, rules, gated);
    follower = ModelFollower.start(settings, Set.copyOf(selectors.keySet()), this);
  }

  @Override
  public boolean wants(ModelName model) {
    return selector(model.kind()).mayAnswer(model.text());
  }

  @Override
  public void pointerChanged(String kind, Optional<ServingPointer> pointer) {
    selector(kind).pointerChanged(pointer);
    if (promotions != null) {
      promotions.pointerChanged(kind, pointer);
    }
    DriftRollback rollback = rollbacks.get(kind);
    if (rollback != null) {
      rollback.pointerChanged(pointer);
    }
  }

  @Override
  public void published(ModelVersion version) {
    String kind = ModelName.kindOf(version.manifest().getModel());
    DriftRollback rollback = rollbacks.get(kind);
    if (rollback != null) {
      // First: when it answers, it is known since when it is there.
      rollback.published(version.id());
    }
    selector(kind).published(version);
  }

  @Override
  public void unusable(String model, long version, String reason) {
    selector(ModelName.kindOf(model)).unusable(new VersionId(model, version), reason);
  }

  @Override
  public Set<String> topics() {
    return Set.copyOf(scorers.keySet());
  }

  /**
   * Whether the topic's model has a version.
   *
   * @throws IncompatibleStateException if the models topic is no longer followed: old versions
   *     would go on scoring for good
   */
  @Override
  public boolean ready(String topic) {
    if (follower != null) {
      follower
          .failure()
          .ifPresent(reason -> {
            throw new IncompatibleStateException(
                "the models topic is no longer followed: " + reason);
          });
    }
    return scorer(topic).model().ready();
  }

  @Override
  public List<ProducerRecord<byte[], byte[]>> process(
      String topic, List<ConsumerRecord<byte[], byte[]>> records) {
    gate.enter();
    try {
      return score(scorer(topic), records);
    } finally {
      gate.leave();
    }
  }

  private List<ProducerRecord<byte[], byte[]>> score(
      TopicScorer scorer, List<ConsumerRecord<byte[], byte[]>> records) {
    while (true) {
      try {
        return scorer.score(records);
      } catch (DivergedException e) {
        selector(scorer.model().name()).diverged(e);
      }
    }
  }

  private VersionSelector selector(String kind) {
    return requireNonNull(selectors.get(kind), kind);
  }

  private TopicScorer scorer(String topic) {
    return requireNonNull(scorers.get(topic), topic);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    metrics.bindTo(registry);
    if (promotions != null) {
      promotions.bindTo(registry);
    }
  }

  @Override
  public void close() {
    if (promotions != null) {
      promotions.close();
    }
    rollbacks.values().forEach(DriftRollback::close);
    if (follower != null) {
      follower.close();
    }
    scorers.values().forEach(TopicScorer::close);
  }
}
