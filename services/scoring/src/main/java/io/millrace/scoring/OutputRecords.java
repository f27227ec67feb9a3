package io.millrace.scoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.ContentType;
import io.millrace.schemas.Sources;
import io.millrace.schemas.avro.ClassScore;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Source;
import io.millrace.topics.Topics;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Makes the records that are sent. Their time is that of the sending, not the input's: an image
 * that was taken years ago must not expire with its answer at once. Safe for several threads.
 */
final class OutputRecords {

  /** On reconstructions: the model's name. */
  static final String MODEL = "millrace-model";

  /** On reconstructions: the version, in decimal digits. */
  static final String VERSION = "millrace-version";

  /** On reconstructions: the mean squared error, pixels in 0 to 1, as {@link Double#toString}. */
  static final String ERROR = "millrace-reconstruction-error";

  /** On reconstructions: the error's rank among recent ones; not there while there are too few. */
  static final String ANOMALY = "millrace-anomaly";

  private final Topics topics;
  private final AvroCodec<Prediction> predictions = AvroCodec.of(Prediction.class);

  OutputRecords(Topics topics) {
    this.topics = topics;
  }

  /**
   * How far a reconstruction is off.
   *
   * @param squared the mean squared error
   * @param anomaly its rank among recent ones, in [0, 1]; null while there are too few
   */
  record ReconstructionError(double squared, @Nullable Double anomaly) {}

  /** Where a record lies. */
  static Source place(ConsumerRecord<?, ?> record) {
    return new Source(record.topic(), record.partition(), record.offset());
  }

  /**
   * A prediction; its key is the subject.
   *
   * @param classes the best, best first; none while the model knows none
   * @param error null for documents
   */
  ProducerRecord<byte[], byte[]> prediction(
      ScoringRequest question,
      ServedModel.Version<?> version,
      List<ClassScore> classes,
      @Nullable ReconstructionError error) {
    var prediction =
        new Prediction(
            question.subject().toString(),
            classes.isEmpty() ? null : classes.getFirst().getLabel(),
            classes.isEmpty() ? 0.0 : classes.getFirst().getProbability(),
            classes,
            version.model(),
            version.number(),
            error == null ? null : error.squared(),
            question.givenLabel(),
            question.source(),
            error == null ? null : error.anomaly());
    return new ProducerRecord<>(
        topics.predictions().name(),
        null,
        null,
        prediction.getSubject().getBytes(UTF_8),
        predictions.encode(prediction),
        headers(question.record(), "prediction", ContentType.AVRO));
  }

  /** A reconstruction; its key is the image's id. */
  ProducerRecord<byte[], byte[]> reconstruction(
      ScoringRequest question,
      ServedModel.Version<?> version,
      ReconstructionError error,
      byte[] png) {
    Headers headers = headers(question.record(), "reconstruction", ContentType.PNG);
    headers.add(MODEL, version.model().getBytes(UTF_8));
    headers.add(VERSION, Long.toString(version.number()).getBytes(UTF_8));
    headers.add(ERROR, Double.toString(error.squared()).getBytes(UTF_8));
    if (error.anomaly() != null) {
      headers.add(ANOMALY, Double.toString(error.anomaly()).getBytes(UTF_8));
    }
    byte[] id = question.subject().id().getBytes(UTF_8);
    return new ProducerRecord<>(topics.reconstructions().name(), null, null, id, png, headers);
  }

  /** A record that cannot be used, whole. */
  ProducerRecord<byte[], byte[]> deadLetter(ConsumerRecord<byte[], byte[]> record, String reason) {
    return DeadLetters.of(topics, ScoringConfig.NAME, record, reason);
  }

  private static Headers headers(
      ConsumerRecord<byte[], byte[]> cause, String event, ContentType type) {
    return EventHeaders.of(
        cause.headers(),
        Sources.text(place(cause)) + "/" + event,
        "io.millrace." + event,
        ScoringConfig.NAME,
        type.mediaType(),
        cause.timestamp());
  }
}
