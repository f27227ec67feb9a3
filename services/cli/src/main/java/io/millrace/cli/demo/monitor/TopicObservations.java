package io.millrace.cli.demo.monitor;

import io.millrace.cli.demo.data.DemoFeed;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Scope;
import io.millrace.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What the output topics have contained so far. Each topic is written by one thread, read by any.
 */
public final class TopicObservations {

  /** The window of the accuracy over served predictions of images. */
  public static final int IMAGES_WINDOW = 1_000;

  /** The window of the accuracy over served predictions of mails. */
  public static final int MAILS_WINDOW = 200;

  private final Topics topics;
  private final Set<String> wantedReconstructions;
  private final AvroCodec<Prediction> predictions = AvroCodec.of(Prediction.class);
  private final AvroCodec<Evaluation> evaluations = AvroCodec.of(Evaluation.class);
  private final PredictionCounter images =
      new PredictionCounter(Subject.Kind.IMAGE, DemoFeed::isImage, IMAGES_WINDOW);
  private final PredictionCounter mails =
      new PredictionCounter(Subject.Kind.DOCUMENT, DemoFeed::isMail, MAILS_WINDOW);
  private final Map<String, Evaluation> prequential = new ConcurrentHashMap<>();
  private final Map<String, Long> evaluatedCounts = new ConcurrentHashMap<>();
  private final Map<String, byte[]> reconstructions = new ConcurrentHashMap<>();
  private final LongAdder deadLetters = new LongAdder();

  /**
   * Creates one without observations.
   *
   * @param wantedReconstructions the ids of images whose reconstructions are kept
   */
  public TopicObservations(Topics topics, Set<String> wantedReconstructions) {
    this.topics = topics;
    this.wantedReconstructions = Set.copyOf(wantedReconstructions);
  }

  /** The topics to observe from their beginning. */
  public List<String> topics() {
    return List.of(
        topics.predictions().name(), topics.evaluations().name(), topics.deadLetters().name());
  }

  /** The topic to observe from the moment on when the wanted images are sent. */
  public String lateTopic() {
    return topics.reconstructions().name();
  }

  /** Accepts the next record of one of the topics. */
  public void accept(ConsumerRecord<byte[], byte[]> record) {
    String topic = record.topic();
    if (topic.equals(topics.predictions().name())) {
      Prediction prediction = predictions.decodeOrThrow(record.value());
      images.accept(prediction);
      mails.accept(prediction);
    } else if (topic.equals(topics.evaluations().name())) {
      acceptEvaluation(evaluations.decodeOrThrow(record.value()));
    } else if (topic.equals(topics.reconstructions().name())) {
      acceptReconstruction(new String(record.key(), StandardCharsets.UTF_8), record.value());
    } else {
      deadLetters.increment();
    }
  }

  /** The predictions of images. */
  public PredictionCounter images() {
    return images;
  }

  /** The predictions of mails. */
  public PredictionCounter mails() {
    return mails;
  }

  /** The newest prequential evaluation of a model. */
  public Optional<Evaluation> prequential(String model) {
    return Optional.ofNullable(prequential.get(model));
  }

  /** The number of predictions of a model that were evaluated, prequential or not. */
  public long evaluated(String model) {
    return evaluatedCounts.getOrDefault(model + Scope.PREQUENTIAL, 0L)
        + evaluatedCounts.getOrDefault(model + Scope.SEEN, 0L);
  }

  /** The number of wanted reconstructions that have come. */
  public int reconstructions() {
    return reconstructions.size();
  }

  /** The PNG file of a wanted reconstruction; empty if there is none yet. */
  public Optional<byte[]> reconstruction(String id) {
    return Optional.ofNullable(reconstructions.get(id));
  }

  /** The number of dead letters. */
  public long deadLetters() {
    return deadLetters.sum();
  }

  private void acceptEvaluation(Evaluation evaluation) {
    evaluatedCounts.merge(
        evaluation.getModel() + evaluation.getScope(), compared(evaluation), Math::max);
    if (evaluation.getScope() == Scope.PREQUENTIAL) {
      prequential.merge(
          evaluation.getModel(),
          evaluation,
          (old, now) -> compared(now) >= compared(old) ? now : old);
    }
  }

  /** All predictions of the model whose label came, answered or not. */
  private static long compared(Evaluation evaluation) {
    return evaluation.getModelCount() + evaluation.getModelUnanswered();
  }

  private void acceptReconstruction(String id, byte[] png) {
    if (wantedReconstructions.contains(id)) {
      reconstructions.putIfAbsent(id, png);
    }
  }
}
