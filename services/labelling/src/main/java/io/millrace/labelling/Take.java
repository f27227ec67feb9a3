package io.millrace.labelling;

import io.millrace.runtime.EventHeaders;
import io.millrace.runtime.Markers;
import io.millrace.schemas.Avro;
import io.millrace.schemas.ContentType;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Inputs;
import io.millrace.schemas.Sources;
import io.millrace.schemas.Subject;
import io.millrace.schemas.Subjects;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.Source;
import java.nio.ByteBuffer;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Reads an input topic before it is repartitioned: here a record's coordinates are known. What
 * leaves has the subject as its key and the headers of the example that it may become; a null value
 * says that the subject is deleted. Records that cannot be used are counted and passed by: others
 * report them.
 */
abstract sealed class Take extends ContextualProcessor<byte[], byte[], String, Offer> {

  private final LabellingFigures figures;

  private Take(LabellingFigures figures) {
    this.figures = figures;
  }

  @Override
  public final void process(Record<byte[], byte[]> record) {
    figures.recordTaken();
    if (!Markers.isMarker(record.headers(), record.value())) {
      take(record);
    }
  }

  abstract void take(Record<byte[], byte[]> record);

  /** The place of the record in hand. */
  final Source place() {
    RecordMetadata at = context().recordMetadata().orElseThrow();
    return new Source(at.topic(), at.partition(), at.offset());
  }

  final void pass(Record<byte[], byte[]> record, Subject subject, @Nullable Offer offer) {
    var headers =
        EventHeaders.of(
            record.headers(),
            Sources.text(place()),
            "io.millrace.example",
            LabellingConfig.NAME,
            ContentType.AVRO.mediaType(),
            record.timestamp());
    context()
        .forward(new Record<String, Offer>(subject.toString(), offer, record.timestamp(), headers));
  }

  final void skip() {
    figures.recordSkipped();
  }

  /** Reads {@code images}. */
  static final class Images extends Take {

    Images(LabellingFigures figures) {
      super(figures);
    }

    @Override
    void take(Record<byte[], byte[]> record) {
      byte @Nullable [] value = record.value();
      String contentType = EventHeaders.contentType(record.headers());
      if (value != null
          && Subjects.ofImage(record.key(), place()) instanceof Decoded.Valid<Subject>(var subject)
          && Inputs.image(contentType, value) instanceof Decoded.Valid<Image>(Image image)) {
        var example =
            new ImageExample(
                subject.toString(), ByteBuffer.wrap(value), contentType, image.getLabel(), place());
        pass(record, subject, new Offer.OfImage(example));
      } else {
        skip();
      }
    }
  }

  /** Reads {@code document-vectors}; refreshed ones are not new and pass by. */
  static final class Vectors extends Take {

    private final Avro<DocumentVector> vectors = Avro.of(DocumentVector.class);

    Vectors(LabellingFigures figures) {
      super(figures);
    }

    @Override
    void take(Record<byte[], byte[]> record) {
      byte @Nullable [] value = record.value();
      if (!(Subjects.ofDocument(record.key()) instanceof Decoded.Valid<Subject>(var subject))) {
        skip();
      } else if (value == null) {
        pass(record, subject, null);
      } else if (vectors.decode(value)
          instanceof Decoded.Valid<DocumentVector>(DocumentVector vector)) {
        if (!vector.getRefresh()) {
          pass(record, subject, new Offer.OfDocument(example(subject, vector)));
        }
      } else {
        skip();
      }
    }

    private static DocumentExample example(Subject subject, DocumentVector vector) {
      return new DocumentExample(
          subject.toString(),
          vector.getTerms(),
          vector.getWeights(),
          vector.getLabel(),
          vector.getSource());
    }
  }

  /** Reads {@code labels}. */
  static final class Labels extends Take {

    Labels(LabellingFigures figures) {
      super(figures);
    }

    @Override
    void take(Record<byte[], byte[]> record) {
      byte @Nullable [] value = record.value();
      String contentType = EventHeaders.contentType(record.headers());
      if (value != null
          && Inputs.label(contentType, record.key(), value)
              instanceof Decoded.Valid<Label>(Label label)) {
        pass(record, Subject.parse(label.getSubject()).orElseThrow(), new Offer.OfLabel(label));
      } else {
        skip();
      }
    }
  }
}
