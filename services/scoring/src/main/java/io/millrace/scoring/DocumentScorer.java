package io.millrace.scoring;

import io.millrace.learning.classifier.ClassifierPredictor;
import io.millrace.learning.classifier.TermVector;
import io.millrace.runtime.records.TracedRecord;
import io.millrace.runtime.records.Traces;
import io.millrace.schemas.Decoded;
import io.millrace.scoring.answers.ClassRanking;
import io.millrace.scoring.answers.DocumentAnswers;
import io.millrace.scoring.answers.ServedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Scores document vectors. Deletions and reweighted vectors of documents that were scored when they
 * were new give no output. It is the reporter of {@code document-vectors}: records that cannot be
 * used become dead letters.
 */
final class DocumentScorer implements ScoringProcessor.TopicScorer {

  /** The name on the models topic. */
  static final String MODEL = "classifier";

  private final OutputRecords outputs;
  private final ScoringMetrics metrics;
  private final ServedModel<ClassifierPredictor> model;
  private final DocumentAnswers documents;
  private final Optional<DocumentDrift> drift;

  /** What a version answered to a document. */
  private record Answer(
      ConsumerRecord<byte[], byte[]> record, TermVector terms, ClassRanking.Ranked ranked) {}

  DocumentScorer(
      OutputRecords outputs,
      ScoringConfig config,
      ScoringMetrics metrics,
      Optional<InputWatch> watch) {
    this.outputs = outputs;
    this.metrics = metrics;
    this.documents = new DocumentAnswers(new ClassRanking(config.topClasses()));
    this.drift =
        config.drift().window() == 0
            ? Optional.empty()
            : Optional.of(new DocumentDrift(config.drift(), metrics, watch));
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
    List<Runnable> spans = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      Optional<TracedRecord> traced = Traces.record(record);
      long started = Traces.now(traced);
      Decoded<Optional<VectorRequest>> asked = VectorRequest.decode(record);
      long decoded = Traces.now(traced);
      switch (asked) {
        case Decoded.Invalid<Optional<VectorRequest>>(String reason) -> {
          traced.ifPresent(it -> spans.add(() -> ScoringSpans.rejected(it, reason, started)));
          made.add(outputs.deadLetter(record, reason));
        }
        case Decoded.Valid<Optional<VectorRequest>>(Optional<VectorRequest> request) -> {
          if (request.isPresent()) {
            Answer answer = answer(record, request.get(), version);
            answers.add(answer);
            var times = new ScoringSpans.Times(started, decoded, Traces.now(traced));
            traced.ifPresent(it -> spans.add(() -> ScoringSpans.scored(it, version, times)));
            made.add(outputs.prediction(request.get().request(), version, answer.ranked(), null));
          }
        }
      }
    }
    // Only now: a version that diverges in the middle leaves all of them to another.
    spans.forEach(Runnable::run);
    drift.ifPresent(it ->
        answers.forEach(answer ->
            it.add(answer.record(), version.id(), answer.terms(), answer.ranked().confidence())));
    metrics.model(MODEL).predicted(answers.size());
    return made;
  }

  private Answer answer(
      ConsumerRecord<byte[], byte[]> record,
      VectorRequest it,
      ServedModel.Version<ClassifierPredictor> version) {
    ClassRanking.Ranked ranked = documents.rank(version, it.terms());
    ranked.reason().ifPresent(metrics.model(MODEL)::unanswered);
    return new Answer(record, it.terms(), ranked);
  }

  @Override
  public void close() {
    model.close();
  }
}
