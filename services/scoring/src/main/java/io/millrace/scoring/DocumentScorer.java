package io.millrace.scoring;

import io.millrace.learning.classifier.ClassifierPredictor;
import io.millrace.learning.classifier.TermVector;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.NoLabelReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Scores document vectors. Deletions and reweighted vectors of documents that were scored when they
 * were new give no output. It is the reporter of {@code document-vectors}: records that cannot be
 * used become dead letters.
 */
final class DocumentScorer implements ScoringProcessor.TopicScorer {

  /** The name on the models topic. */
  static final String MODEL = "classifier";

  /** No weighting comes near it; above it the sums of a network may overflow. */
  private static final double MAX_WEIGHT = 1e9;

  private final OutputRecords outputs;
  private final ScoringMetrics metrics;
  private final ServedModel<ClassifierPredictor> model;
  private final ClassRanking ranking;
  private final Optional<DocumentDrift> drift;

  /** A vector to score. */
  private record VectorRequest(ScoringRequest request, TermVector terms) {}

  /** What a version answered to a document. */
  private record Answer(TermVector terms, ClassRanking.Ranked ranked) {}

  DocumentScorer(OutputRecords outputs, ScoringConfig config, ScoringMetrics metrics) {
    this.outputs = outputs;
    this.metrics = metrics;
    this.ranking = new ClassRanking(config.topClasses());
    this.drift =
        config.drift().window() == 0
            ? Optional.empty()
            : Optional.of(new DocumentDrift(config.drift(), metrics));
    this.model =
        new ServedModel<>(
            MODEL, 1, ClassifierPredictor::load, predictor -> {}, metrics.model(MODEL));
  }

  @Override
  public ServedModel<ClassifierPredictor> model() {
    return model;
  }

  @Override
  public List<ProducerRecord<byte[], byte[]>> score(List<ConsumerRecord<byte[], byte[]>> records) {
    ServedModel.Version<ClassifierPredictor> version = model.inForce();
    List<ProducerRecord<byte[], byte[]>> made = new ArrayList<>(records.size());
    List<Answer> answers = new ArrayList<>(records.size());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      switch (decode(record)) {
        case Decoded.Invalid<Optional<VectorRequest>>(String reason) ->
            made.add(outputs.deadLetter(record, reason));
        case Decoded.Valid<Optional<VectorRequest>>(Optional<VectorRequest> request) -> {
          if (request.isPresent()) {
            Answer answer = answer(request.get(), version);
            answers.add(answer);
            made.add(outputs.prediction(request.get().request(), version, answer.ranked(), null));
          }
        }
      }
    }
    // Only now: a version that diverges in the middle leaves all of them to another.
    drift.ifPresent(it ->
        answers.forEach(
            answer -> it.add(version.number(), answer.terms(), answer.ranked().confidence())));
    metrics.model(MODEL).predicted(answers.size());
    return made;
  }

  /** Decodes a record; empty if there is nothing to score. */
  private Decoded<Optional<VectorRequest>> decode(ConsumerRecord<byte[], byte[]> record) {
    return Subject.ofDocument(record.key()).flatMap(subject -> decode(record, subject));
  }

  private Decoded<Optional<VectorRequest>> decode(
      ConsumerRecord<byte[], byte[]> record, Subject subject) {
    byte @Nullable [] value = record.value();
    if (value == null) {
      return Decoded.valid(Optional.empty());
    }
    return VectorDecoder.decode(value)
        .flatMap(DocumentScorer::checked)
        .map(vector ->
            vector.isRefresh()
                ? Optional.empty()
                : Optional.of(new VectorRequest(request(record, subject, vector), vector.terms())));
  }

  private static Decoded<VectorDecoder.Vector> checked(VectorDecoder.Vector vector) {
    return vector.terms().isWithin(MAX_WEIGHT)
        ? Decoded.valid(vector)
        : Decoded.invalid("the weights must be numbers of at most %s".formatted(MAX_WEIGHT));
  }

  /** The source is the document's, not the vector's, since the document's example names it too. */
  private static ScoringRequest request(
      ConsumerRecord<byte[], byte[]> record, Subject subject, VectorDecoder.Vector vector) {
    return new ScoringRequest(record, subject, vector.source(), vector.label());
  }

  private Answer answer(VectorRequest it, ServedModel.Version<ClassifierPredictor> version) {
    ClassRanking.Ranked ranked = rank(it.terms(), version);
    ranked.reason().ifPresent(metrics.model(MODEL)::unanswered);
    return new Answer(it.terms(), ranked);
  }

  /** Ranks the classes. Of a document without a known term the network would tell its bias. */
  private ClassRanking.Ranked rank(
      TermVector terms, ServedModel.Version<ClassifierPredictor> version) {
    ClassifierPredictor predictor = version.predictors().getFirst();
    ClassifierPredictor.Prediction prediction = predictor.predict(terms);
    ClassRanking.Ranked ranked = ranking.rank(version, predictor.classes(), prediction.scores());
    return ranked.reason().isEmpty() && !prediction.known()
        ? ClassRanking.Ranked.none(NoLabelReason.NO_KNOWN_TERM)
        : ranked;
  }

  @Override
  public void close() {
    model.close();
  }
}
