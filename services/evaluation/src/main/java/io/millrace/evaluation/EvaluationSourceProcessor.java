package io.millrace.evaluation;

import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.models.ModelKey;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.InputDecoder;
import io.millrace.schemas.Sources;
import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Source;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Reads an input topic before its facts come together on one partition: here a record's coordinates
 * are known, and payloads are left behind. What cannot be used leaves as a dead letter: the
 * evaluation is the one that reports it, on every topic that it reads.
 */
abstract sealed class EvaluationSourceProcessor
    extends ContextualProcessor<byte[], byte[], byte[], ValidationResult> {

  /** What a record of an examples topic is about that has no example. */
  static final String NO_EXAMPLE = "none";

  private final EvaluationStats figures;

  private EvaluationSourceProcessor(EvaluationStats figures) {
    this.figures = figures;
  }

  @Override
  public final void process(Record<byte[], byte[]> record) {
    figures.recordRead();
    processInput(record);
  }

  abstract void processInput(Record<byte[], byte[]> record);

  final RecordMetadata place() {
    return context().recordMetadata().orElseThrow();
  }

  final void accept(Record<byte[], byte[]> record, String about, EvaluationInput fact) {
    context().forward(record.withValue(new ValidationResult.Accepted(about, fact)));
  }

  final void reject(Record<byte[], byte[]> record, String reason) {
    RecordMetadata at = place();
    var headers =
        DeadLetters.headers(
            record.headers(),
            EvaluationConfig.NAME,
            at.topic(),
            at.partition(),
            at.offset(),
            record.timestamp(),
            reason);
    figures.recordDeadLettered();
    ValidationResult refused = new ValidationResult.Rejected(record.value());
    context()
        .forward(
            record
                .withValue(refused)
                // Its own time, which is among the headers, may be one that is not kept any more.
                .withTimestamp(context().currentSystemTimeMs())
                .withHeaders(headers));
  }

  /** Reads {@code predictions}. */
  static final class Predictions extends EvaluationSourceProcessor {

    private final AvroCodec<Prediction> avro = AvroCodec.of(Prediction.class);

    Predictions(EvaluationStats figures) {
      super(figures);
    }

    @Override
    void processInput(Record<byte[], byte[]> record) {
      byte @Nullable [] value = record.value();
      if (ControlRecords.isMarker(record.headers(), value)) {
        return;
      }
      if (value == null) {
        reject(record, "there is no value; a prediction cannot be deleted");
        return;
      }
      switch (avro.decode(value)) {
        case Decoded.Valid<Prediction>(Prediction prediction) ->
            Validation.problem(prediction)
                .ifPresentOrElse(
                    reason -> reject(record, reason),
                    () ->
                        accept(
                            record,
                            prediction.getSubject(),
                            new EvaluationInput.OfPrediction(prediction)));
        case Decoded.Invalid<Prediction>(String reason) -> reject(record, reason);
      }
    }
  }

  /** Reads {@code labels}. */
  static final class Labels extends EvaluationSourceProcessor {

    Labels(EvaluationStats figures) {
      super(figures);
    }

    @Override
    void processInput(Record<byte[], byte[]> record) {
      byte @Nullable [] value = record.value();
      if (ControlRecords.isMarker(record.headers(), value)) {
        return;
      }
      if (value == null) {
        reject(record, "there is no value; a label can be corrected but not deleted");
        return;
      }
      String contentType = EventHeaders.contentType(record.headers());
      switch (InputDecoder.label(contentType, record.key(), value)) {
        case Decoded.Valid<Label>(Label label) ->
            accept(record, label.getSubject(), new EvaluationInput.OfLabel(label));
        case Decoded.Invalid<Label>(String reason) -> reject(record, reason);
      }
    }
  }

  /**
   * Reads an examples topic: where each example lies. Records without an example, such as markers,
   * are facts too: they tell how far the topic was read.
   */
  static final class Examples<T extends SpecificRecordBase> extends EvaluationSourceProcessor {

    private final AvroCodec<T> avro;
    private final Function<T, Source> source;

    Examples(EvaluationStats figures, Class<T> type, Function<T, Source> source) {
      super(figures);
      this.avro = AvroCodec.of(type);
      this.source = source;
    }

    @Override
    void processInput(Record<byte[], byte[]> record) {
      RecordMetadata at = place();
      var place = new InputRange(at.topic(), at.partition(), at.offset(), at.offset() + 1);
      accept(record, about(record), new EvaluationInput.OfExample(place));
    }

    private String about(Record<byte[], byte[]> record) {
      byte @Nullable [] value = record.value();
      if (ControlRecords.isMarker(record.headers(), value)) {
        return NO_EXAMPLE;
      }
      if (value == null) {
        reject(record, "there is no value; an example cannot be deleted");
        return NO_EXAMPLE;
      }
      return switch (avro.decode(value)) {
        case Decoded.Valid<T>(T example) -> Sources.text(source.apply(example));
        case Decoded.Invalid<T>(String reason) -> {
          reject(record, reason);
          yield NO_EXAMPLE;
        }
      };
    }
  }

  /** Reads {@code models}: the manifests alone. */
  static final class Manifests extends EvaluationSourceProcessor {

    private final AvroCodec<ModelManifest> avro = AvroCodec.of(ModelManifest.class);

    Manifests(EvaluationStats figures) {
      super(figures);
    }

    @Override
    void processInput(Record<byte[], byte[]> record) {
      byte @Nullable [] value = record.value();
      if (ControlRecords.isMarker(record.headers(), value)) {
        return;
      }
      Optional<ModelKey> key =
          Optional.ofNullable((byte @Nullable []) record.key())
              .flatMap(bytes -> ModelKey.parse(new String(bytes, StandardCharsets.UTF_8)));
      if (key.isEmpty()) {
        reject(record, "the key is none of a model version, as vision/000000000042/manifest is");
      } else if (value != null && key.get().isManifest()) {
        processInput(record, key.get(), avro.decode(value));
      }
    }

    private void processInput(
        Record<byte[], byte[]> record, ModelKey key, Decoded<ModelManifest> decoded) {
      switch (decoded) {
        case Decoded.Valid<ModelManifest>(ModelManifest manifest) -> {
          if (Validation.matchesKey(key, manifest)) {
            accept(record, key.text(), new EvaluationInput.OfManifest(manifest));
          } else {
            reject(record, "the manifest is of another version than its key says");
          }
        }
        case Decoded.Invalid<ModelManifest>(String reason) -> reject(record, reason);
      }
    }
  }
}
