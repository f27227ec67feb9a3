package io.millrace.scoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.kafka.TopicIds;
import io.millrace.runtime.records.ChallengerHeader;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.records.SourceTopic;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Source;
import io.millrace.schemas.input.ContentType;
import io.millrace.scoring.answers.ClassRanking;
import io.millrace.scoring.answers.ServedModel;
import io.millrace.topics.Topic;
import io.millrace.topics.Topics;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Makes the output records: predictions, reconstructions, dead letters. Their timestamp is the time
 * of sending, not the input's: else the retention would delete the prediction of an old image at
 * once. Safe for several threads.
 */
final class OutputRecords {

  /** Header of reconstructions: the model's name. */
  static final String MODEL = "millrace-model";

  /** Header of reconstructions: the version, in decimal digits. */
  static final String VERSION = "millrace-version";

  /**
   * Header of reconstructions: the mean squared error, pixels in [0, 1], as {@link
   * Double#toString}.
   */
  static final String ERROR = "millrace-reconstruction-error";

  /**
   * Header of reconstructions: the share of recent errors that are not larger, in [0, 1]; absent
   * while there are too few.
   */
  static final String ANOMALY = "millrace-anomaly";

  /**
   * Header of shadow predictions: the challenger, by the name that comparisons have, such as {@code
   * vision-wide} or {@code vision@17}.
   */
  static final String CHALLENGER = ChallengerHeader.NAME;

  private static final String PREDICTION = "prediction";

  private final Topics topics;
  private final UnaryOperator<String> topicIds;
  private final List<String> carriedHeaders;
  private final AvroCodec<Prediction> predictions = AvroCodec.of(Prediction.class);

  /**
   * Makes records.
   *
   * @param topicIds gives the id of a topic by its name; asked once, since a service whose input
   *     gets another id stops
   * @param carriedHeaders the headers of a record that its predictions have too
   */
  OutputRecords(Topics topics, UnaryOperator<String> topicIds, List<String> carriedHeaders) {
    this.topics = topics;
    this.topicIds = TopicIds.remembered(topicIds);
    this.carriedHeaders = List.copyOf(carriedHeaders);
  }

  /**
   * How far a reconstruction differs from its image.
   *
   * @param squared the mean squared error, pixels in [0, 1]
   * @param anomaly the share of recent errors that are not larger, in [0, 1]; null while there are
   *     too few
   */
  record ReconstructionError(double squared, @Nullable Double anomaly) {}

  /** The coordinates of a record. */
  static Source source(ConsumerRecord<?, ?> record) {
    return new Source(record.topic(), record.partition(), record.offset());
  }

  /**
   * A prediction; its key is the subject.
   *
   * @param ranked the best classes, or why there are none
   * @param error null for documents
   */
  ProducerRecord<byte[], byte[]> prediction(
      ScoringRequest request,
      ServedModel.Version<?> version,
      ClassRanking.Ranked ranked,
      @Nullable ReconstructionError error) {
    Headers headers = headers(request.record(), PREDICTION, ContentType.AVRO);
    return prediction(topics.predictions(), headers, request, version, ranked, error);
  }

  /** What a challenger would have answered, likewise; a header names it. */
  ProducerRecord<byte[], byte[]> shadow(
      ScoringRequest request,
      ChallengerSelector.Challenger<?> challenger,
      ClassRanking.Ranked ranked,
      @Nullable ReconstructionError error) {
    String id = PREDICTION + "/" + challenger.name();
    Headers headers = headers(request.record(), id, PREDICTION, ContentType.AVRO);
    headers.add(CHALLENGER, challenger.name().getBytes(UTF_8));
    return prediction(
        topics.shadowPredictions(), headers, request, challenger.version(), ranked, error);
  }

  private ProducerRecord<byte[], byte[]> prediction(
      Topic<String, Prediction> topic,
      Headers headers,
      ScoringRequest request,
      ServedModel.Version<?> version,
      ClassRanking.Ranked ranked,
      @Nullable ReconstructionError error) {
    var classes = ranked.classes();
    var prediction =
        new Prediction(
            request.subject().toString(),
            classes.isEmpty() ? null : classes.getFirst().getLabel(),
            classes.isEmpty() ? 0.0 : classes.getFirst().getProbability(),
            classes,
            version.model(),
            version.number(),
            error == null ? null : error.squared(),
            request.givenLabel(),
            request.source(),
            error == null ? null : error.anomaly(),
            ranked.reason().orElse(null));
    EventHeaders.describe(headers, prediction.getSubject(), predictions);
    SourceTopic.put(headers, sourceTopic(request.record()));
    EventHeaders.carry(carriedHeaders, request.record().headers(), headers);
    return new ProducerRecord<>(
        topic.name(),
        null,
        null,
        prediction.getSubject().getBytes(UTF_8),
        predictions.encode(prediction),
        headers);
  }

  /** The id of the topic that the source is in: a vector says it of its document. */
  private String sourceTopic(ConsumerRecord<byte[], byte[]> record) {
    return record.topic().equals(topics.images().name())
        ? topicIds.apply(record.topic())
        : SourceTopic.of(record.headers());
  }

  /** A reconstruction; its key is the image's id. */
  ProducerRecord<byte[], byte[]> reconstruction(
      ScoringRequest request,
      ServedModel.Version<?> version,
      ReconstructionError error,
      byte[] png) {
    Headers headers = headers(request.record(), "reconstruction", ContentType.PNG);
    EventHeaders.describe(headers, request.subject().toString());
    headers.add(MODEL, version.model().getBytes(UTF_8));
    headers.add(VERSION, Long.toString(version.number()).getBytes(UTF_8));
    headers.add(ERROR, Double.toString(error.squared()).getBytes(UTF_8));
    if (error.anomaly() != null) {
      headers.add(ANOMALY, Double.toString(error.anomaly()).getBytes(UTF_8));
    }
    byte[] id = request.subject().id().getBytes(UTF_8);
    return new ProducerRecord<>(topics.reconstructions().name(), null, null, id, png, headers);
  }

  /** The dead letter of a record that cannot be used: the whole record and the reason. */
  ProducerRecord<byte[], byte[]> deadLetter(ConsumerRecord<byte[], byte[]> record, String reason) {
    String topicId = TopicIds.orEmpty(topicIds).apply(record.topic());
    return DeadLetters.of(topics, ScoringConfig.NAME, record, topicId, reason);
  }

  private static Headers headers(
      ConsumerRecord<byte[], byte[]> cause, String event, ContentType type) {
    return headers(cause, event, event, type);
  }

  /**
   * The headers of an event.
   *
   * @param id what tells it from the other events of the same record
   */
  private static Headers headers(
      ConsumerRecord<byte[], byte[]> cause, String id, String event, ContentType type) {
    return EventHeaders.of(
        cause.headers(),
        Subject.coordinates(source(cause)) + "/" + id,
        "io.millrace." + event,
        ScoringConfig.NAME,
        type.mediaType(),
        EventHeaders.time(cause.headers(), cause.timestamp()));
  }
}
