package io.millrace.scoring;

import io.millrace.learning.classifier.ClassifierPredictor;
import io.millrace.schemas.Avro;
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
 * Answers weighed documents. Deleted ones, and those that are only weighed again, are passed by;
 * records that cannot be used are counted: the text service, which writes them, reports what is
 * wrong with documents.
 */
final class DocumentScoring {

  /** Any weighing stays far below; beyond, a network's sums may overflow. */
  private static final double MAX_WEIGHT = 1e9;

  private final Outputs outputs;
  private final ClassRanking ranking;
  private final ScoringMetrics metrics;
  private final Avro<DocumentVector> vectors = Avro.of(DocumentVector.class);

  DocumentScoring(Outputs outputs, ClassRanking ranking, ScoringMetrics metrics) {
    this.outputs = outputs;
    this.ranking = ranking;
    this.metrics = metrics;
  }

  /** The predictions of the records that have one, in their order. */
  List<ProducerRecord<byte[], byte[]>> answer(
      List<ConsumerRecord<byte[], byte[]>> records,
      ServedModel.Version<ClassifierPredictor> version) {
    List<ProducerRecord<byte[], byte[]>> answers = new ArrayList<>(records.size());
    for (ConsumerRecord<byte[], byte[]> record : records) {
      byte @Nullable [] value = record.value();
      if (value == null) {
        continue; // the document is deleted
      }
      if (Subjects.ofDocument(record.key()) instanceof Decoded.Valid<Subject>(Subject subject)
          && vectors.decode(value) instanceof Decoded.Valid<DocumentVector>(DocumentVector vector)
          && isUsable(vector)) {
        if (!vector.getRefresh()) {
          answers.add(answer(question(record, subject, vector), vector, version));
        }
      } else {
        metrics.skipped();
      }
    }
    metrics.model(ServedModels.CLASSIFIER).predicted(answers.size());
    return answers;
  }

  private static boolean isUsable(DocumentVector vector) {
    return vector.getTerms().size() == vector.getWeights().size()
        && vector.getWeights().stream().allMatch(weight -> Math.abs(weight) <= MAX_WEIGHT);
  }

  /** Its source is the document's, not the vector's: so its example names it too. */
  private static Question question(
      ConsumerRecord<byte[], byte[]> record, Subject subject, DocumentVector vector) {
    return new Question(record, subject, vector.getSource(), vector.getLabel());
  }

  private ProducerRecord<byte[], byte[]> answer(
      Question question, DocumentVector vector, ServedModel.Version<ClassifierPredictor> version) {
    ClassifierPredictor predictor = version.predictor();
    float[] scores = predictor.predict(vector.getTerms(), vector.getWeights());
    return outputs.prediction(
        question, version, ranking.rank(version, predictor.classes(), scores), null);
  }
}
