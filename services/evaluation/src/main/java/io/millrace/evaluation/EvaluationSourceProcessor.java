package io.millrace.evaluation;

import io.millrace.evaluation.ValidationResult.Accepted;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.kafka.TopicIds;
import io.millrace.runtime.models.ModelKey;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.records.ChallengerHeader;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.records.RecordTime;
import io.millrace.runtime.records.SourceTopic;
import io.millrace.runtime.records.Traces;
import io.millrace.runtime.streams.ProcessingSpan;
import io.millrace.runtime.streams.RawRecord;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.Source;
import io.millrace.schemas.input.InputDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Decodes and validates the records of an input topic before they meet on one partition, while
 * their coordinates are known; payloads are left out. A record that cannot be used leaves with the
 * headers of a dead letter: the evaluation is the reporter of every topic that it reads.
 */
abstract sealed class EvaluationSourceProcessor
    extends ContextualProcessor<byte[], byte[], byte[], ValidationResult> {

  /** The key of a position in an examples topic that holds no example. */
  static final String NO_EXAMPLE = "none";

  private static final String NO_SLICES = "";

  private final EvaluationStats stats;
  private final UnaryOperator<String> topicIds;
  private final String sliceHeader;
  private final RawRecord raw = new RawRecord();
  private final ProcessingSpan span = new ProcessingSpan(EvaluationConfig.NAME);

  private EvaluationSourceProcessor(
      EvaluationStats stats, UnaryOperator<String> topicIds, String sliceHeader) {
    this.stats = stats;
    this.topicIds = topicIds;
    this.sliceHeader = sliceHeader;
  }

  @Override
  public final void process(Record<byte[], byte[]> record) {
    raw.freeSoon(context());
    stats.recordRead();
    boolean isControl = ControlRecords.isMarker(record.headers(), record.value());
    span.begin(record, context());
    processInput(record, isControl);
    span.end();
  }

  abstract void processInput(Record<byte[], byte[]> record, boolean isControl);

  final RecordMetadata coordinates() {
    return context().recordMetadata().orElseThrow();
  }

  final String topicId(RecordMetadata at) {
    return topicIds.apply(at.topic());
  }

  /** Forwards what was decoded, or the record as a dead letter. */
  final void forward(Record<byte[], byte[]> record, Decoded<Accepted> decoded) {
    switch (decoded) {
      case Decoded.Valid<Accepted>(Accepted accepted) -> accept(record, accepted);
      case Decoded.Invalid<Accepted>(String reason) -> reject(record, reason);
    }
  }

  /**
   * Forwards an input with its own time in a header, the id of the topic that its source
   * coordinates are in, and its challenger; the timestamp is the time of sending.
   */
  final void accept(Record<byte[], byte[]> record, Accepted accepted) {
    var headers = RecordTime.headers(record.timestamp());
    SourceTopic.put(headers, SourceTopic.of(record.headers()));
    Slice.copy(sliceHeader, record.headers(), headers);
    Traces.pass(record.headers(), headers);
    if (accepted.input() instanceof EvaluationInput.OfPrediction(_, String challenger)) {
      ChallengerHeader.put(headers, challenger);
    }
    context()
        .forward(
            record
                .<ValidationResult>withValue(accepted)
                .withTimestamp(context().currentSystemTimeMs())
                .withHeaders(headers));
  }

  final void reject(Record<byte[], byte[]> record, String reason) {
    RecordMetadata at = coordinates();
    var headers =
        DeadLetters.headers(
            record.headers(),
            EvaluationConfig.NAME,
            new DeadLetters.Origin(
                at.topic(),
                TopicIds.orEmpty(topicIds).apply(at.topic()),
                at.partition(),
                at.offset(),
                record.timestamp()),
            reason);
    stats.recordDeadLettered();
    span.unusable(reason);
    ValidationResult rejected = new ValidationResult.Rejected(record.value());
    context()
        .forward(
            record
                .withValue(rejected)
                // Its own time, which is among the headers, may lie before the topic's retention.
                .withTimestamp(context().currentSystemTimeMs())
                .withHeaders(headers));
  }

  /** Decodes records of {@code predictions} or {@code shadow-predictions}. */
  static final class Predictions extends EvaluationSourceProcessor {

    private final AvroCodec<Prediction> codec = AvroCodec.of(Prediction.class);
    private final boolean areShadows;

    /**
     * A processor of one topic.
     *
     * @param topicIds gives the id of a topic by its name
     * @param areShadows whether challengers made the predictions
     */
    Predictions(
        EvaluationStats stats,
        UnaryOperator<String> topicIds,
        String sliceHeader,
        boolean areShadows) {
      super(stats, topicIds, sliceHeader);
      this.areShadows = areShadows;
    }

    @Override
    void processInput(Record<byte[], byte[]> record, boolean isControl) {
      if (!isControl) {
        forward(record, decode(record));
      }
    }

    private Decoded<Accepted> decode(Record<byte[], byte[]> record) {
      byte @Nullable [] value = record.value();
      if (value == null) {
        return Decoded.invalid("the record has no value; a prediction cannot be deleted");
      }
      return codec
          .decode(value)
          .flatMap(Validation::checked)
          .flatMap(it -> challenger(it, record).map(by -> accepted(it, by)));
    }

    /** Without the header, the name of the model. */
    private Decoded<String> challenger(Prediction prediction, Record<byte[], byte[]> record) {
      if (!areShadows) {
        return Decoded.valid("");
      }
      String name = ChallengerHeader.of(record.headers());
      return Validation.checkedChallenger(name.isEmpty() ? prediction.getModel() : name);
    }

    private static Accepted accepted(Prediction prediction, String challenger) {
      return new Accepted(
          prediction.getSubject(), new EvaluationInput.OfPrediction(prediction, challenger));
    }
  }

  /** Decodes records of {@code labels}. */
  static final class Labels extends EvaluationSourceProcessor {

    private final InputDecoder inputs;

    Labels(
        InputDecoder inputs,
        EvaluationStats stats,
        UnaryOperator<String> topicIds,
        String sliceHeader) {
      super(stats, topicIds, sliceHeader);
      this.inputs = inputs;
    }

    @Override
    void processInput(Record<byte[], byte[]> record, boolean isControl) {
      if (!isControl) {
        forward(record, decode(record));
      }
    }

    private Decoded<Accepted> decode(Record<byte[], byte[]> record) {
      byte @Nullable [] value = record.value();
      if (value == null) {
        return Decoded.invalid("the record has no value; a label can be corrected, not deleted");
      }
      return inputs
          .label(EventHeaders.contentType(record.headers()), record.key(), value)
          .map(it -> new Accepted(it.getSubject(), new EvaluationInput.OfLabel(it)));
    }
  }

  /**
   * Decodes records of an examples topic to the positions of examples. A record without an example,
   * such as a control record, counts too: it moves the offset up to which the topic was read.
   */
  static final class Examples<T extends SpecificRecordBase> extends EvaluationSourceProcessor {

    private final AvroCodec<T> codec;
    private final Function<T, Source> source;
    private final Function<T, String> subject;
    private final int partitions;

    /**
     * A processor of one examples topic.
     *
     * @param topicIds gives the id of a topic by its name
     * @param partitions that judge
     */
    Examples(
        EvaluationStats stats,
        UnaryOperator<String> topicIds,
        int partitions,
        Class<T> type,
        Function<T, Source> source,
        Function<T, String> subject) {
      super(stats, topicIds, NO_SLICES);
      this.partitions = partitions;
      this.codec = AvroCodec.of(type);
      this.source = source;
      this.subject = subject;
    }

    @Override
    void processInput(Record<byte[], byte[]> record, boolean isControl) {
      RecordMetadata at = coordinates();
      var position =
          new InputRange(at.topic(), at.partition(), at.offset(), at.offset() + 1, topicId(at));
      Optional<T> example = isControl ? Optional.empty() : decodeOrReject(record);
      example.ifPresent(it ->
          accept(
              record,
              new Accepted(
                  Subject.coordinates(source.apply(it)),
                  new EvaluationInput.OfExample(position, subject.apply(it)))));
      if (example.isEmpty() || partitions > 1) {
        // After the example, so that who has read the position has read the example.
        accept(record, new Accepted(NO_EXAMPLE, new EvaluationInput.OfExample(position, "")));
      }
    }

    private Optional<T> decodeOrReject(Record<byte[], byte[]> record) {
      byte @Nullable [] value = record.value();
      Decoded<T> decoded =
          value == null
              ? Decoded.invalid("the record has no value; an example cannot be deleted")
              : codec.decode(value);
      return switch (decoded) {
        case Decoded.Valid<T>(T example) -> Optional.of(example);
        case Decoded.Invalid<T>(String reason) -> {
          reject(record, reason);
          yield Optional.empty();
        }
      };
    }
  }

  /**
   * Decodes the manifests on {@code models}; parts, pointers to the version that answers, and
   * tombstones are ignored.
   */
  static final class Manifests extends EvaluationSourceProcessor {

    private final AvroCodec<ModelManifest> codec = AvroCodec.of(ModelManifest.class);

    Manifests(EvaluationStats stats, UnaryOperator<String> topicIds) {
      super(stats, topicIds, NO_SLICES);
    }

    @Override
    void processInput(Record<byte[], byte[]> record, boolean isControl) {
      if (isControl) {
        return;
      }
      byte @Nullable [] value = record.value();
      Optional<String> text =
          Optional.ofNullable((byte @Nullable []) record.key())
              .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
      Optional<ModelKey> key = text.flatMap(ModelKey::parse);
      if (text.flatMap(ServingPointer::modelOf).isPresent()) {
        rejectUnlessPointer(text.get(), record);
      } else if (key.isEmpty()) {
        reject(record, "the key is not a model-version key such as vision/000000000042/manifest");
      } else if (value != null && key.get().isManifest()) {
        forward(record, decode(key.get(), value));
      }
    }

    private void rejectUnlessPointer(String key, Record<byte[], byte[]> record) {
      byte @Nullable [] value = record.value();
      String model = ServingPointer.modelOf(key).orElseThrow();
      if (value != null
          && ServingPointer.decision(model, value)
              instanceof Decoded.Invalid<ServingDecision>(String reason)) {
        reject(record, reason);
      }
    }

    private Decoded<Accepted> decode(ModelKey key, byte[] value) {
      return codec
          .decode(value)
          .flatMap(manifest -> Validation.checked(key, manifest))
          .map(it -> new Accepted(key.text(), new EvaluationInput.OfManifest(it)));
    }
  }
}
