package io.millrace.scoring;

import io.millrace.learning.classifier.ClassifierPredictor;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Subject;
import io.millrace.schemas.Subjects;
import io.millrace.schemas.avro.DocumentVector;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Answers weighed documents. Deleted ones, and those that are only weighed again, are passed by.
 * The text service reports what is wrong with documents; this one reports what is none of its
 * vectors.
 */
final class DocumentScorer {

  /** Any weighing stays far below; beyond, a network's sums may overflow. */
  private static final double MAX_WEIGHT = 1e9;

  private final OutputRecords outputs;
  private final ClassRanking ranking;
  private final ScoringMetrics metrics;
  private final AvroCodec<DocumentVector> vectors = AvroCodec.of(DocumentVector.class);

  DocumentScorer(OutputRecords outputs, ClassRanking ranking, ScoringMetrics metrics) {
    this.outputs = outputs;
    this.ranking = ranking;
    this.metrics = metrics;
  }

  /** The prediction, if there is to be one, or the dead letter, of every record, in their order. */
  List<ProducerRecord<byte[], byte[]>> score(
      List<ConsumerRecord<byte[], byte[]>> records,
      ServedModel.Version<ClassifierPredictor> version) {
    List<ProducerRecord<byte[], byte[]>> answers = new ArrayList<>(records.size());
    int predicted = 0;
    for (ConsumerRecord<byte[], byte[]> record : records) {
      switch (read(record)) {
        case Decoded.Invalid<Read>(String reason) ->
            answers.add(outputs.deadLetter(record, reason));
        case Decoded.Valid<Read>(Read.Weighed(ScoringRequest question, DocumentVector vector)) -> {
          answers.add(score(question, vector, version));
          predicted++;
        }
        case Decoded.Valid<Read>(Read.PassedBy _) -> {}
      }
    }
    metrics.model(ServedModels.CLASSIFIER).predicted(predicted);
    return answers;
  }

  /** What a record of {@code document-vectors} is. */
  private sealed interface Read {

    /** A document to be answered. */
    record Weighed(ScoringRequest question, DocumentVector vector) implements Read {}

    /** Its document is deleted, or was answered when it was new. */
    record PassedBy() implements Read {}
  }

  private Decoded<Read> read(ConsumerRecord<byte[], byte[]> record) {
    return switch (Subjects.ofDocument(record.key())) {
      case Decoded.Invalid<Subject>(String reason) -> Decoded.invalid(reason);
      case Decoded.Valid<Subject>(Subject subject) -> read(record, subject);
    };
  }

  private Decoded<Read> read(ConsumerRecord<byte[], byte[]> record, Subject subject) {
    byte @Nullable [] value = record.value();
    if (value == null) {
      return Decoded.valid(new Read.PassedBy());
    }
    return switch (vectors.decode(value)) {
      case Decoded.Invalid<DocumentVector>(String reason) -> Decoded.invalid(reason);
      case Decoded.Valid<DocumentVector>(DocumentVector vector) -> {
        if (!isUsable(vector)) {
          yield Decoded.invalid("there are not as many weights as terms, or they are no numbers");
        }
        yield Decoded.valid(
            vector.getRefresh()
                ? new Read.PassedBy()
                : new Read.Weighed(question(record, subject, vector), vector));
      }
    };
  }

  private static boolean isUsable(DocumentVector vector) {
    return vector.getTerms().size() == vector.getWeights().size()
        && vector.getWeights().stream().allMatch(weight -> Math.abs(weight) <= MAX_WEIGHT);
  }

  /** Its source is the document's, not the vector's: so its example names it too. */
  private static ScoringRequest question(
      ConsumerRecord<byte[], byte[]> record, Subject subject, DocumentVector vector) {
    return new ScoringRequest(record, subject, vector.getSource(), vector.getLabel());
  }

  private ProducerRecord<byte[], byte[]> score(
      ScoringRequest question,
      DocumentVector vector,
      ServedModel.Version<ClassifierPredictor> version) {
    ClassifierPredictor predictor = version.predictors().getFirst();
    float[] scores = predictor.predict(vector.getTerms(), vector.getWeights());
    return outputs.prediction(
        question, version, ranking.rank(version, predictor.classes(), scores), null);
  }
}
