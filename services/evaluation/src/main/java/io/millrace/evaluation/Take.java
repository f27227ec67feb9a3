package io.millrace.evaluation;

import io.millrace.runtime.DeadLetters;
import io.millrace.runtime.EventHeaders;
import io.millrace.runtime.Markers;
import io.millrace.runtime.ModelKey;
import io.millrace.schemas.Avro;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Inputs;
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
abstract sealed class Take extends ContextualProcessor<byte[], byte[], byte[], Taken> {

  /** What a record of an examples topic is about that has no example. */
  static final String NO_EXAMPLE = "none";

  private final EvaluationFigures figures;

  private Take(EvaluationFigures figures) {
    this.figures = figures;
  }

  @Override
  public final void process(Record<byte[], byte[]> record) {
    figures.recordTaken();
    take(record);
  }

  abstract void take(Record<byte[], byte[]> record);

  final RecordMetadata place() {
    return context().recordMetadata().orElseThrow();
  }

  final void accept(Record<byte[], byte[]> record, String about, Fact fact) {
    context().forward(record.withValue(new Taken.Accepted(about, fact)));
  }

  final void refuse(Record<byte[], byte[]> record, String reason) {
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
    Taken refused = new Taken.Refused(record.value());
    context()
        .forward(
            record
                .withValue(refused)
                // Its own time, which is among the headers, may be one that is not kept any more.
                .withTimestamp(context().currentSystemTimeMs())
                .withHeaders(headers));
  }

  /** Reads {@code predictions}. */
  static final class Predictions extends Take {

    private final Avro<Prediction> avro = Avro.of(Prediction.class);

    Predictions(EvaluationFigures figures) {
      super(figures);
    }

    @Override
    void take(Record<byte[], byte[]> record) {
      byte @Nullable [] value = record.value();
      if (Markers.isMarker(record.headers(), value)) {
        return;
      }
      if (value == null) {
        refuse(record, "there is no value; a prediction cannot be deleted");
        return;
      }
      switch (avro.decode(value)) {
        case Decoded.Valid<Prediction>(Prediction prediction) ->
            Usable.problem(prediction)
                .ifPresentOrElse(
                    reason -> refuse(record, reason),
                    () ->
                        accept(record, prediction.getSubject(), new Fact.OfPrediction(prediction)));
        case Decoded.Invalid<Prediction>(String reason) -> refuse(record, reason);
      }
    }
  }

  /** Reads {@code labels}. */
  static final class Labels extends Take {

    Labels(EvaluationFigures figures) {
      super(figures);
    }

    @Override
    void take(Record<byte[], byte[]> record) {
      byte @Nullable [] value = record.value();
      if (Markers.isMarker(record.headers(), value)) {
        return;
      }
      if (value == null) {
        refuse(record, "there is no value; a label can be corrected but not deleted");
        return;
      }
      String contentType = EventHeaders.contentType(record.headers());
      switch (Inputs.label(contentType, record.key(), value)) {
        case Decoded.Valid<Label>(Label label) ->
            accept(record, label.getSubject(), new Fact.OfLabel(label));
        case Decoded.Invalid<Label>(String reason) -> refuse(record, reason);
      }
    }
  }

  /**
   * Reads an examples topic: where each example lies. Records without an example, such as markers,
   * are facts too: they tell how far the topic was read.
   */
  static final class Examples<T extends SpecificRecordBase> extends Take {

    private final Avro<T> avro;
    private final Function<T, Source> source;

    Examples(EvaluationFigures figures, Class<T> type, Function<T, Source> source) {
      super(figures);
      this.avro = Avro.of(type);
      this.source = source;
    }

    @Override
    void take(Record<byte[], byte[]> record) {
      RecordMetadata at = place();
      var place = new InputRange(at.topic(), at.partition(), at.offset(), at.offset() + 1);
      accept(record, about(record), new Fact.OfExample(place));
    }

    private String about(Record<byte[], byte[]> record) {
      byte @Nullable [] value = record.value();
      if (Markers.isMarker(record.headers(), value)) {
        return NO_EXAMPLE;
      }
      if (value == null) {
        refuse(record, "there is no value; an example cannot be deleted");
        return NO_EXAMPLE;
      }
      return switch (avro.decode(value)) {
        case Decoded.Valid<T>(T example) -> Sources.text(source.apply(example));
        case Decoded.Invalid<T>(String reason) -> {
          refuse(record, reason);
          yield NO_EXAMPLE;
        }
      };
    }
  }

  /** Reads {@code models}: the manifests alone. */
  static final class Manifests extends Take {

    private final Avro<ModelManifest> avro = Avro.of(ModelManifest.class);

    Manifests(EvaluationFigures figures) {
      super(figures);
    }

    @Override
    void take(Record<byte[], byte[]> record) {
      byte @Nullable [] value = record.value();
      if (Markers.isMarker(record.headers(), value)) {
        return;
      }
      Optional<ModelKey> key =
          Optional.ofNullable((byte @Nullable []) record.key())
              .flatMap(bytes -> ModelKey.parse(new String(bytes, StandardCharsets.UTF_8)));
      if (key.isEmpty()) {
        refuse(record, "the key is none of a model version, as vision/000000000042/manifest is");
      } else if (value != null && key.get().isManifest()) {
        take(record, key.get(), avro.decode(value));
      }
    }

    private void take(Record<byte[], byte[]> record, ModelKey key, Decoded<ModelManifest> decoded) {
      switch (decoded) {
        case Decoded.Valid<ModelManifest>(ModelManifest manifest) -> {
          if (Usable.isOf(key, manifest)) {
            accept(record, key.text(), new Fact.OfManifest(manifest));
          } else {
            refuse(record, "the manifest is of another version than its key says");
          }
        }
        case Decoded.Invalid<ModelManifest>(String reason) -> refuse(record, reason);
      }
    }
  }
}
