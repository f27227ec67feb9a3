package io.millrace.scoring;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.learning.vision.PredictorLoader;
import io.millrace.runtime.batch.BatchProcessor;
import io.millrace.runtime.models.ModelFollower;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.settings.Settings;
import io.millrace.topics.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Scores the records of {@code images} and {@code document-vectors}, each topic by the newest
 * version of its model. Steps for the records of a topic that one poll brought:
 *
 * <ol>
 *   <li>{@link #ready}: the topic stays paused until its model has a version.
 *   <li>{@link #process}: the topic's {@link TopicScorer} takes the newest version, which then
 *       scores all these records.
 *   <li>It returns the predictions, reconstructions and dead letters for the loop to send.
 * </ol>
 *
 * <p>New versions come in through {@link #load} on the thread of the {@link ModelFollower}.
 */
final class ScoringProcessor implements BatchProcessor {

  private final Map<String, TopicScorer> scorers = new HashMap<>();
  private final ScoringMetrics metrics;
  private @Nullable ModelFollower follower;

  /** Scores the records of one topic by one model. Used by the loop's thread. */
  interface TopicScorer extends AutoCloseable {

    /** The model that scores. */
    ServedModel<?> model();

    /**
     * Scores records by the newest version.
     *
     * @return what to send: the output of every record, or its dead letter, in the records' order
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
   */
  ScoringProcessor(
      Topics topics,
      UnaryOperator<String> topicIds,
      ScoringConfig config,
      Optional<PredictorLoader> loader,
      ScoringMetrics metrics) {
    this.metrics = metrics;
    var outputs = new OutputRecords(topics, topicIds);
    loader.ifPresent(
        it -> scorers.put(topics.images().name(), new ImageScorer(outputs, config, it, metrics)));
    if (config.documents()) {
      scorers.put(topics.documentVectors().name(), new DocumentScorer(outputs, config, metrics));
    }
  }

  /** Starts to follow the models topic. */
  void follow(Settings settings) {
    Set<String> models =
        scorers.values().stream().map(scorer -> scorer.model().name()).collect(toSet());
    follower = ModelFollower.start(settings, models, this::load);
  }

  /**
   * Loads a newer version of a model. Called by the follower's thread.
   *
   * @throws IncompatibleStateException if the version cannot be used
   */
  void load(ModelVersion version) {
    String name = version.manifest().getModel();
    for (TopicScorer scorer : scorers.values()) {
      if (scorer.model().name().equals(name)) {
        scorer.model().load(version);
      }
    }
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
    return scorer(topic).score(records);
  }

  private TopicScorer scorer(String topic) {
    return requireNonNull(scorers.get(topic), topic);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    metrics.bindTo(registry);
  }

  @Override
  public void close() {
    if (follower != null) {
      follower.close();
    }
    scorers.values().forEach(TopicScorer::close);
  }
}
