package io.millrace.labelling;

import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.ContentType;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.InputDecoder;
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
abstract sealed class LabellingSourceProcessor
    extends ContextualProcessor<byte[], byte[], String, JoinInput> {

  private final LabellingStats figures;

  private LabellingSourceProcessor(LabellingStats figures) {
    this.figures = figures;
  }

  @Override
  public final void process(Record<byte[], byte[]> record) {
    figures.recordRead();
    if (!ControlRecords.isMarker(record.headers(), record.value())) {
      processInput(record);
    }
  }

  abstract void processInput(Record<byte[], byte[]> record);

  /** The place of the record in hand. */
  final Source place() {
    RecordMetadata at = context().recordMetadata().orElseThrow();
    return new Source(at.topic(), at.partition(), at.offset());
  }

  final void forward(Record<byte[], byte[]> record, Subject subject, @Nullable JoinInput offer) {
    var headers =
        EventHeaders.of(
            record.headers(),
            Sources.text(place()),
            "io.millrace.example",
            LabellingConfig.NAME,
            ContentType.AVRO.mediaType(),
            record.timestamp());
    context()
        .forward(
            new Record<String, JoinInput>(subject.toString(), offer, record.timestamp(), headers));
  }

  final void skip() {
    figures.recordSkipped();
  }

  /** Reads {@code images}. */
  static final class Images extends LabellingSourceProcessor {

    Images(LabellingStats figures) {
      super(figures);
    }

    @Override
    void processInput(Record<byte[], byte[]> record) {
      byte @Nullable [] value = record.value();
      String contentType = EventHeaders.contentType(record.headers());
      if (value != null
          && Subjects.ofImage(record.key(), place()) instanceof Decoded.Valid<Subject>(var subject)
          && InputDecoder.image(contentType, value) instanceof Decoded.Valid<Image>(Image image)) {
        var example =
            new ImageExample(
                subject.toString(), ByteBuffer.wrap(value), contentType, image.getLabel(), place());
        forward(record, subject, new JoinInput.OfImage(example));
      } else {
        skip();
      }
    }
  }

  /** Reads {@code document-vectors}; refreshed ones are not new and pass by. */
  static final class DocumentVectors extends LabellingSourceProcessor {

    private final AvroCodec<DocumentVector> vectors = AvroCodec.of(DocumentVector.class);

    DocumentVectors(LabellingStats figures) {
      super(figures);
    }

    @Override
    void processInput(Record<byte[], byte[]> record) {
      byte @Nullable [] value = record.value();
      if (!(Subjects.ofDocument(record.key()) instanceof Decoded.Valid<Subject>(var subject))) {
        skip();
      } else if (value == null) {
        forward(record, subject, null);
      } else if (vectors.decode(value)
          instanceof Decoded.Valid<DocumentVector>(DocumentVector vector)) {
        if (!vector.getRefresh()) {
          forward(record, subject, new JoinInput.OfDocument(example(subject, vector)));
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
  static final class Labels extends LabellingSourceProcessor {

    Labels(LabellingStats figures) {
      super(figures);
    }

    @Override
    void processInput(Record<byte[], byte[]> record) {
      byte @Nullable [] value = record.value();
      String contentType = EventHeaders.contentType(record.headers());
      if (value != null
          && InputDecoder.label(contentType, record.key(), value)
              instanceof Decoded.Valid<Label>(Label label)) {
        forward(
            record, Subject.parse(label.getSubject()).orElseThrow(), new JoinInput.OfLabel(label));
      } else {
        skip();
      }
    }
  }
}
