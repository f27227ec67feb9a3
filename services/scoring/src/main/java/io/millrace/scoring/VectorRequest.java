package io.millrace.scoring;

import io.millrace.learning.classifier.TermVector;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Subject;
import io.millrace.scoring.answers.DocumentAnswers;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** A document vector that can be scored. */
record VectorRequest(ScoringRequest request, TermVector terms) {

  /** Decodes a record of {@code document-vectors}; empty if there is nothing to score. */
  static Decoded<Optional<VectorRequest>> decode(ConsumerRecord<byte[], byte[]> record) {
    return Subject.ofDocument(record.key()).flatMap(subject -> decode(record, subject));
  }

  private static Decoded<Optional<VectorRequest>> decode(
      ConsumerRecord<byte[], byte[]> record, Subject subject) {
    byte @Nullable [] value = record.value();
    if (value == null) {
      return Decoded.valid(Optional.empty());
    }
    return VectorDecoder.decode(value)
        .flatMap(VectorRequest::checked)
        .map(vector ->
            vector.isRefresh()
                ? Optional.empty()
                : Optional.of(new VectorRequest(request(record, subject, vector), vector.terms())));
  }

  private static Decoded<VectorDecoder.Vector> checked(VectorDecoder.Vector vector) {
    return vector.terms().isWithin(DocumentAnswers.MAX_WEIGHT)
        ? Decoded.valid(vector)
        : Decoded.invalid(
            "the weights must be numbers of at most %s".formatted(DocumentAnswers.MAX_WEIGHT));
  }

  /** The source is the document's, not the vector's, since the document's example names it too. */
  private static ScoringRequest request(
      ConsumerRecord<byte[], byte[]> record, Subject subject, VectorDecoder.Vector vector) {
    return new ScoringRequest(record, subject, vector.source(), vector.label());
  }
}
