package io.millrace.labelling;

import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.records.SourceTopic;
import io.millrace.runtime.records.Traces;
import io.millrace.runtime.streams.ProcessingSpan;
import io.millrace.runtime.streams.RawRecord;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.Source;
import io.millrace.schemas.input.ContentType;
import io.millrace.schemas.input.InputDecoder;
import io.millrace.schemas.input.InputDecoder.ImageInput;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the records of an input topic before they are repartitioned, while their coordinates are
 * known. It forwards a join input with the subject as the key and the headers of the example that
 * it may become; a null value means that the subject was deleted, or by a header of its control
 * record, that it is forgotten. Other control records are ignored. Records that cannot be used are
 * counted and skipped: the reporter of the topic sends them to {@code dead-letters}.
 */
abstract sealed class LabellingSourceProcessor
    extends ContextualProcessor<byte[], byte[], String, JoinInput> {

  private static final AvroCodec<ImageExample> IMAGE_EXAMPLES = AvroCodec.of(ImageExample.class);
  private static final AvroCodec<DocumentExample> DOCUMENT_EXAMPLES =
      AvroCodec.of(DocumentExample.class);

  private final LabellingStats stats;
  private final RawRecord raw = new RawRecord();
  private final ProcessingSpan span = new ProcessingSpan(LabellingConfig.NAME);

  private LabellingSourceProcessor(LabellingStats stats) {
    this.stats = stats;
  }

  @Override
  public final void process(Record<byte[], byte[]> record) {
    raw.freeSoon(context());
    stats.recordRead();
    span.begin(record, context());
    if (!ControlRecords.isMarker(record.headers(), record.value())) {
      processInput(record);
    } else {
      ControlRecords.forgotten(record.headers(), record.value())
          .ifPresent(subject -> forwardForgotten(record, subject));
    }
    span.end();
  }

  /** Forwards the record's join input, or skips the record. */
  abstract void processInput(Record<byte[], byte[]> record);

  /** The coordinates of the record that is being processed. */
  final Source source() {
    RecordMetadata at = context().recordMetadata().orElseThrow();
    return new Source(at.topic(), at.partition(), at.offset());
  }

  /**
   * The record's own time goes into the headers; the timestamp is the time of sending, by which
   * what is derived is kept.
   */
  final void forward(Record<byte[], byte[]> record, String subject, @Nullable JoinInput input) {
    var headers =
        EventHeaders.of(
            record.headers(),
            Subject.coordinates(source()),
            "io.millrace.example",
            LabellingConfig.NAME,
            ContentType.AVRO.mediaType(),
            EventHeaders.time(record.headers(), record.timestamp()));
    switch (input) {
      case JoinInput.OfImage _ -> EventHeaders.describe(headers, subject, IMAGE_EXAMPLES);
      case JoinInput.OfDocument _ -> EventHeaders.describe(headers, subject, DOCUMENT_EXAMPLES);
      case JoinInput.OfLabel _ -> {}
      case null -> {}
    }
    SourceTopic.put(headers, sourceTopic(record));
    Traces.store(headers);
    long sent = context().currentSystemTimeMs();
    context().forward(new Record<String, JoinInput>(subject, input, sent, headers));
  }

  private void forwardForgotten(Record<byte[], byte[]> record, Subject subject) {
    context()
        .forward(
            new Record<String, JoinInput>(
                subject.toString(), null, context().currentSystemTimeMs(), record.headers()));
  }

  /** The id of the topic that the coordinates of the record's example are in. */
  String sourceTopic(Record<byte[], byte[]> record) {
    return SourceTopic.of(record.headers());
  }

  /** Counts a record that cannot be used. */
  final void skip() {
    stats.recordSkipped();
    span.unusable("it was skipped; the dead letter of its topic's reporter says why");
  }

  /** Decodes records of {@code images}. */
  static final class Images extends LabellingSourceProcessor {

    private final InputDecoder inputs;
    private final AvroCodec<Image> images = AvroCodec.of(Image.class);

    private final UnaryOperator<String> topicIds;
    private String topicId = "";

    Images(InputDecoder inputs, UnaryOperator<String> topicIds, LabellingStats stats) {
      super(stats);
      this.inputs = inputs;
      this.topicIds = topicIds;
    }

    /** Kafka Streams makes tasks anew when a topic was deleted. */
    @Override
    String sourceTopic(Record<byte[], byte[]> record) {
      if (topicId.isEmpty()) {
        topicId = topicIds.apply(source().getTopic());
      }
      return topicId;
    }

    @Override
    void processInput(Record<byte[], byte[]> record) {
      byte @Nullable [] value = record.value();
      String contentType = EventHeaders.contentType(record.headers());
      if (value != null
          && inputs.image(contentType, record.key(), source(), value)
              instanceof Decoded.Valid<ImageInput>(ImageInput input)) {
        ImageExample example = example(input, contentType, value);
        forward(record, example.getSubject(), new JoinInput.OfImage(example));
      } else {
        skip();
      }
    }

    /**
     * An image file as it came, else the image in Millrace's own form: who learns from the example,
     * perhaps much later, needs to know neither the settings nor the schema registry.
     */
    private ImageExample example(ImageInput input, @Nullable String contentType, byte[] value) {
      Image image = input.image();
      boolean isFile =
          image.getEncoded() != null && Arrays.equals(AvroCodec.bytes(image.getEncoded()), value);
      byte[] payload = isFile || AvroCodec.isSingleObject(value) ? value : images.encode(image);
      return new ImageExample(
          input.subject().toString(),
          ByteBuffer.wrap(payload),
          isFile ? contentType : null,
          image.getLabel(),
          source());
    }
  }

  /** Decodes records of {@code document-vectors}; ignores reweighted ones, which are not new. */
  static final class DocumentVectors extends LabellingSourceProcessor {

    private final AvroCodec<DocumentVector> vectors = AvroCodec.of(DocumentVector.class);

    DocumentVectors(LabellingStats stats) {
      super(stats);
    }

    @Override
    void processInput(Record<byte[], byte[]> record) {
      byte @Nullable [] value = record.value();
      if (!(Subject.ofDocument(record.key()) instanceof Decoded.Valid<Subject>(var subject))) {
        skip();
      } else if (value == null) {
        forward(record, subject.toString(), null);
      } else if (vectors.decode(value)
          instanceof Decoded.Valid<DocumentVector>(DocumentVector vector)) {
        if (!vector.getRefresh()) {
          forward(record, subject.toString(), new JoinInput.OfDocument(example(subject, vector)));
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

  /** Decodes records of {@code labels}. */
  static final class Labels extends LabellingSourceProcessor {

    private final InputDecoder inputs;

    Labels(InputDecoder inputs, LabellingStats stats) {
      super(stats);
      this.inputs = inputs;
    }

    @Override
    void processInput(Record<byte[], byte[]> record) {
      byte @Nullable [] value = record.value();
      String contentType = EventHeaders.contentType(record.headers());
      if (value != null
          && inputs.label(contentType, record.key(), value)
              instanceof Decoded.Valid<Label>(Label label)) {
        forward(record, label.getSubject(), new JoinInput.OfLabel(label));
      } else {
        skip();
      }
    }
  }
}
