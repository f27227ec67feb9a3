package io.millrace.text;

import io.millrace.learning.text.TermBag;
import io.millrace.learning.text.TermCounter;
import io.millrace.learning.text.TooManyTermsException;
import io.millrace.runtime.DeadLetters;
import io.millrace.runtime.EventHeaders;
import io.millrace.runtime.Markers;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Inputs;
import io.millrace.schemas.Subjects;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.Source;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code documents}: here a record's coordinates are known, and here its text is taken apart,
 * so that of a document which belongs to another partition only counts travel. What cannot be used
 * leaves as a dead letter, its headers made; the key stays the bytes that it was.
 */
final class Take extends ContextualProcessor<byte[], byte[], byte[], Taken> {

  /** What a vector has for its terms, besides the other fields. */
  private static final long TERMS_ROOM = TextBounds.LARGEST - 2L * Inputs.MAX_LABEL_LENGTH;

  private final TextConfig config;
  private final TextFigures figures;
  private final Home home;
  private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
  private @Nullable Task task;

  Take(TextConfig config, Home home, TextFigures figures) {
    this.config = config;
    this.home = home;
    this.figures = figures;
  }

  @Override
  public void init(ProcessorContext<byte[], Taken> context) {
    super.init(context);
    CountStore counts = context.getStateStore(CountStore.NAME);
    task =
        new Task(
            new TermCounter(config.analysis(), counts.frequencies(), TERMS_ROOM),
            new CountedDocuments(counts.frequencies()));
  }

  /** What there is while the partition is here. */
  private record Task(TermCounter counter, CountedDocuments codec) {}

  private Task task() {
    if (task == null) {
      throw new IllegalStateException("used before init");
    }
    return task;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    figures.recordTaken();
    byte @Nullable [] key = record.key();
    byte @Nullable [] value = record.value();
    if (Markers.isMarker(record.headers(), value)) {
      return;
    }
    if (key == null || key.length == 0) {
      refuse(record, "a document needs a key: its id");
    } else if (key.length > Subjects.MAX_ID_BYTES) {
      refuse(
          record,
          "the key has %d bytes, more than the %d of an id"
              .formatted(key.length, Subjects.MAX_ID_BYTES));
    } else if (!isText(key)) {
      refuse(record, "the key is not UTF-8 text");
    } else if (value == null) {
      accept(record, new Counted(TermBag.EMPTY, null, place(), record.timestamp(), true));
    } else if (value.length > config.bounds().documentBytes()) {
      refuse(
          record,
          "a document of "
              + value.length
              + " bytes is over text.max.document.bytes, which is "
              + config.bounds().documentBytes());
    } else {
      take(record, value);
    }
  }

  private void take(Record<byte[], byte[]> record, byte[] value) {
    switch (Inputs.document(EventHeaders.contentType(record.headers()), value)) {
      case Decoded.Invalid<Document>(String reason) -> refuse(record, reason);
      case Decoded.Valid<Document>(Document document) -> {
        try {
          TermBag terms = task().counter().bag(document.getText());
          accept(
              record, new Counted(terms, document.getLabel(), place(), record.timestamp(), false));
        } catch (TooManyTermsException e) {
          refuse(record, "its vector would be too large to send: " + e.getMessage());
        }
      }
    }
  }

  private void accept(Record<byte[], byte[]> record, Counted document) {
    byte[] bytes = task().codec().encode(document);
    Taken taken =
        home.of(record.key()) == document.source().getPartition()
            ? new Taken.Here(document, bytes)
            : new Taken.ByKey(bytes);
    context().forward(record.withValue(taken));
  }

  private void refuse(Record<byte[], byte[]> record, String reason) {
    figures.recordRefused();
    Source place = place();
    context()
        .forward(
            record
                .<Taken>withValue(new Taken.Refused(record.value()))
                // Its own time, which is among the headers, may be one that is not kept any more.
                .withTimestamp(context().currentSystemTimeMs())
                .withHeaders(
                    DeadLetters.headers(
                        record.headers(),
                        TextConfig.NAME,
                        place.getTopic(),
                        place.getPartition(),
                        place.getOffset(),
                        record.timestamp(),
                        reason)));
  }

  private Source place() {
    RecordMetadata at = context().recordMetadata().orElseThrow();
    return new Source(at.topic(), at.partition(), at.offset());
  }

  private boolean isText(byte[] bytes) {
    try {
      utf8.decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
