package io.millrace.cli.demo;

import io.millrace.schemas.Avro;
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

/** What the topics have told so far. Written by the thread of the watch, read by any. */
final class Observed {

  /** Images whose served accuracy is averaged for the chart. */
  static final int IMAGES_WINDOW = 1_000;

  /** Mails whose served accuracy is averaged for the chart. */
  static final int MAILS_WINDOW = 200;

  private final Topics topics;
  private final Set<String> wantedReconstructions;
  private final Avro<Prediction> predictions = Avro.of(Prediction.class);
  private final Avro<Evaluation> evaluations = Avro.of(Evaluation.class);
  private final Ledger images = new Ledger(Subject.Kind.IMAGE, IMAGES_WINDOW);
  private final Ledger mails = new Ledger(Subject.Kind.DOCUMENT, MAILS_WINDOW);
  private final Map<String, Evaluation> prequential = new ConcurrentHashMap<>();
  private final Map<String, Long> judged = new ConcurrentHashMap<>();
  private final Map<String, byte[]> reconstructions = new ConcurrentHashMap<>();
  private final LongAdder deadLetters = new LongAdder();

  /**
   * Nothing yet.
   *
   * @param wantedReconstructions the ids of the images whose reconstructions are kept
   */
  Observed(Topics topics, Set<String> wantedReconstructions) {
    this.topics = topics;
    this.wantedReconstructions = Set.copyOf(wantedReconstructions);
  }

  /** The topics that tell it all. */
  List<String> topics() {
    return List.of(
        topics.predictions().name(),
        topics.evaluations().name(),
        topics.reconstructions().name(),
        topics.deadLetters().name());
  }

  /** Takes the next record of one of them. */
  void accept(ConsumerRecord<byte[], byte[]> record) {
    String topic = record.topic();
    if (topic.equals(topics.predictions().name())) {
      Prediction prediction = predictions.read(record.value());
      images.accept(prediction);
      mails.accept(prediction);
    } else if (topic.equals(topics.evaluations().name())) {
      evaluated(evaluations.read(record.value()));
    } else if (topic.equals(topics.reconstructions().name())) {
      reconstructed(new String(record.key(), StandardCharsets.UTF_8), record.value());
    } else {
      deadLetters.increment();
    }
  }

  /** The predictions of images. */
  Ledger images() {
    return images;
  }

  /** The predictions of mails. */
  Ledger mails() {
    return mails;
  }

  /** The newest word of the evaluation on what a model served before it had learned from it. */
  Optional<Evaluation> prequential(String model) {
    return Optional.ofNullable(prequential.get(model));
  }

  /** How many predictions of a model the evaluation has judged, prequential or not. */
  long judged(String model) {
    return judged.getOrDefault(model + Scope.PREQUENTIAL, 0L)
        + judged.getOrDefault(model + Scope.SEEN, 0L);
  }

  /** The PNG file of a wanted reconstruction; empty if it has not come. */
  Optional<byte[]> reconstruction(String id) {
    return Optional.ofNullable(reconstructions.get(id));
  }

  /** Records that could not be used. */
  long deadLetters() {
    return deadLetters.sum();
  }

  private void evaluated(Evaluation evaluation) {
    judged.merge(
        evaluation.getModel() + evaluation.getScope(), evaluation.getModelCount(), Math::max);
    if (evaluation.getScope() == Scope.PREQUENTIAL) {
      prequential.merge(
          evaluation.getModel(),
          evaluation,
          (old, now) -> now.getModelCount() >= old.getModelCount() ? now : old);
    }
  }

  private void reconstructed(String id, byte[] png) {
    if (wantedReconstructions.contains(id)) {
      reconstructions.putIfAbsent(id, png);
    }
  }
}
