package io.millrace.scoring;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.runtime.batch.BatchProcessor;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.topics.Topics;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Answers batches of images and document vectors. A batch is answered by one version of each model,
 * the newest when it begins. A topic whose model has no version yet waits.
 */
final class ScoringProcessor implements BatchProcessor {

  private final String imagesTopic;
  private final String vectorsTopic;
  private final ScoringConfig config;
  private final ServedModels models;
  private final ScoringMetrics metrics;
  private final ImageScorer images;
  private final DocumentScorer documents;

  /** Takes the models over and closes them in the end. */
  ScoringProcessor(
      Topics topics, ScoringConfig config, ServedModels models, ScoringMetrics metrics) {
    this.imagesTopic = topics.images().name();
    this.vectorsTopic = topics.documentVectors().name();
    this.config = config;
    this.models = models;
    this.metrics = metrics;
    var outputs = new OutputRecords(topics);
    this.images = new ImageScorer(outputs, config, metrics);
    this.documents = new DocumentScorer(outputs, new ClassRanking(config.topClasses()), metrics);
  }

  @Override
  public Set<String> topics() {
    Set<String> topics = new HashSet<>();
    if (config.images()) {
      topics.add(imagesTopic);
    }
    if (config.documents()) {
      topics.add(vectorsTopic);
    }
    return topics;
  }

  /**
   * Whether the topic's model has a version.
   *
   * @throws IncompatibleStateException if no new versions come in any more
   */
  @Override
  public boolean ready(String topic) {
    models.requireFollowing();
    return topic.equals(imagesTopic) ? models.vision().ready() : models.classifier().ready();
  }

  @Override
  public List<ProducerRecord<byte[], byte[]>> process(
      String topic, List<ConsumerRecord<byte[], byte[]>> records) {
    return topic.equals(imagesTopic)
        ? images.score(records, models.vision().newest())
        : documents.score(records, models.classifier().newest());
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    metrics.bindTo(registry);
  }

  @Override
  public void close() {
    models.close();
    images.close();
  }
}
