package io.millrace.scoring;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.learning.vision.PredictorLoader;
import io.millrace.runtime.batch.BatchProcessor;
import io.millrace.runtime.models.ModelFollower;
import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.topics.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Answers the records that {@link ScoringProcessor} serves by the challengers too, in a loop of its
 * own, with a consumer group of its own: whatever happens here delays, loses or repeats nothing of
 * what is served. No record waits for a challenger: those that have a version answer it.
 */
final class ShadowProcessor implements BatchProcessor, ModelFollower.Listener {

  private static final long LOOK_MILLIS = 100;

  private final Map<String, ShadowScorer<?>> scorers = new HashMap<>();
  private final Map<String, ChallengerSelector<?>> selectors = new HashMap<>();
  private @Nullable ModelFollower follower;
  private volatile boolean caughtUp;

  /**
   * Challengers without a version yet.
   *
   * @param loader loads networks; without one there are no challengers of vision
   * @param shared with the service
   */
  ShadowProcessor(
      Topics topics,
      ScoringConfig config,
      Optional<PredictorLoader> loader,
      ShadowScorer.Shared shared) {
    if (config.hasShadow(ImageScorer.MODEL)) {
      loader.ifPresent(it ->
          add(
              topics.images().name(),
              ImageScorer.MODEL,
              new ShadowScorer.Images(config, it, shared)));
    }
    if (config.hasShadow(DocumentScorer.MODEL)) {
      add(
          topics.documentVectors().name(),
          DocumentScorer.MODEL,
          new ShadowScorer.Documents(config, shared));
    }
  }

  private void add(String topic, String kind, ShadowScorer<?> scorer) {
    scorers.put(topic, scorer);
    selectors.put(kind, scorer.selector());
  }

  /** Starts to follow the models topic. */
  void follow(Settings settings) {
    follower = ModelFollower.start(settings, Set.copyOf(selectors.keySet()), this);
  }

  @Override
  public boolean wants(ModelName model) {
    return selector(model.kind()).wants(model.text());
  }

  @Override
  public void pointerChanged(String kind, Optional<ServingPointer> pointer) {
    selector(kind).pointerChanged(pointer);
  }

  @Override
  public void published(ModelVersion version) {
    selector(ModelName.kindOf(version.id().model())).published(version);
  }

  @Override
  public void unusable(String model, long version, String reason) {
    selector(ModelName.kindOf(model)).unusable(new VersionId(model, version), reason);
  }

  @Override
  public void caughtUp() {
    if (!caughtUp) {
      selectors.values().forEach(ChallengerSelector::caughtUp);
      caughtUp = true;
    }
  }

  @Override
  public Set<String> topics() {
    return Set.copyOf(scorers.keySet());
  }

  /** Records that were there before anybody answered in the shadow are not answered. */
  @Override
  public boolean beginsAtEnd() {
    return true;
  }

  /** Waits for the first challenger; until then no record is read. */
  @Override
  public synchronized boolean awaitWork(BooleanSupplier stopping) {
    try {
      while (!stopping.getAsBoolean()) {
        if (isFollowed() && selectors.values().stream().anyMatch(it -> it.count() > 0)) {
          return true;
        }
        wait(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  /**
   * Whether the challengers of now are known; the records of a stop meanwhile wait for them.
   *
   * @throws IncompatibleStateException if the models topic is no longer followed
   */
  @Override
  public boolean ready(String topic) {
    return isFollowed();
  }

  private boolean isFollowed() {
    if (follower != null) {
      follower
          .failure()
          .ifPresent(reason -> {
            throw new IncompatibleStateException(
                "the models topic is no longer followed: " + reason);
          });
    }
    return caughtUp;
  }

  @Override
  public List<ProducerRecord<byte[], byte[]>> process(
      String topic, List<ConsumerRecord<byte[], byte[]>> records) {
    return requireNonNull(scorers.get(topic), topic).score(records);
  }

  private ChallengerSelector<?> selector(String kind) {
    return requireNonNull(selectors.get(kind), kind);
  }

  /** The metrics are the service's: they outlive this. */
  @Override
  public void bindTo(MeterRegistry registry) {}

  @Override
  public void close() {
    if (follower != null) {
      follower.close();
    }
    scorers.values().forEach(ShadowScorer::close);
  }
}
