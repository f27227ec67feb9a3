package io.millrace.text.topology;

import io.millrace.learning.text.frequencies.TermBag;
import io.millrace.learning.text.frequencies.TermCounter;
import io.millrace.learning.text.frequencies.TooManyTermsException;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.records.ControlRecords;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.InputDecoder;
import io.millrace.schemas.Subjects;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.Source;
import io.millrace.text.codecs.CountedDocumentCodec;
import io.millrace.text.codecs.DocumentRevision;
import io.millrace.text.config.TextConfig;
import io.millrace.text.config.TextLimits;
import io.millrace.text.metrics.TextStats;
import io.millrace.text.state.DocumentFrequencyStore;
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
public final class DocumentSourceProcessor
    extends ContextualProcessor<byte[], byte[], byte[], RoutedRecord> {

  /** What a vector has for its terms, besides the other fields. */
  private static final long TERMS_ROOM =
      TextLimits.MAX_RECORD_BYTES - 2L * InputDecoder.MAX_LABEL_LENGTH;

  private final TextConfig config;
  private final TextStats figures;
  private final KeyPartitioner home;
  private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
  private @Nullable Task task;

  public DocumentSourceProcessor(TextConfig config, KeyPartitioner home, TextStats figures) {
    this.config = config;
    this.home = home;
    this.figures = figures;
  }

  @Override
  public void init(ProcessorContext<byte[], RoutedRecord> context) {
    super.init(context);
    DocumentFrequencyStore counts = context.getStateStore(DocumentFrequencyStore.STORE_NAME);
    task =
        new Task(
            new TermCounter(config.analysis(), counts.frequencies(), TERMS_ROOM),
            new CountedDocumentCodec(counts.frequencies()));
  }

  /** What there is while the partition is here. */
  private record Task(TermCounter counter, CountedDocumentCodec codec) {}

  private Task task() {
    if (task == null) {
      throw new IllegalStateException("used before init");
    }
    return task;
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    figures.recordRead();
    byte @Nullable [] key = record.key();
    byte @Nullable [] value = record.value();
    if (ControlRecords.isMarker(record.headers(), value)) {
      return;
    }
    if (key == null || key.length == 0) {
      reject(record, "a document needs a key: its id");
    } else if (key.length > Subjects.MAX_ID_BYTES) {
      reject(
          record,
          "the key has %d bytes, more than the %d of an id"
              .formatted(key.length, Subjects.MAX_ID_BYTES));
    } else if (!isText(key)) {
      reject(record, "the key is not UTF-8 text");
    } else if (value == null) {
      accept(record, new DocumentRevision(TermBag.EMPTY, null, source(), record.timestamp(), true));
    } else if (value.length > config.limits().maxDocumentBytes()) {
      reject(
          record,
          "a document of "
              + value.length
              + " bytes is over text.max.document.bytes, which is "
              + config.limits().maxDocumentBytes());
    } else {
      processDocument(record, value);
    }
  }

  private void processDocument(Record<byte[], byte[]> record, byte[] value) {
    switch (InputDecoder.document(EventHeaders.contentType(record.headers()), value)) {
      case Decoded.Invalid<Document>(String reason) -> reject(record, reason);
      case Decoded.Valid<Document>(Document document) -> {
        try {
          TermBag terms = task().counter().bag(document.getText());
          accept(
              record,
              new DocumentRevision(
                  terms, document.getLabel(), source(), record.timestamp(), false));
        } catch (TooManyTermsException e) {
          reject(record, "its vector would be too large to send: " + e.getMessage());
        }
      }
    }
  }

  private void accept(Record<byte[], byte[]> record, DocumentRevision document) {
    byte[] bytes = task().codec().encode(document);
    RoutedRecord taken =
        home.partitionFor(record.key()) == document.source().getPartition()
            ? new RoutedRecord.Local(document, bytes)
            : new RoutedRecord.Repartitioned(bytes);
    context().forward(record.withValue(taken));
  }

  private void reject(Record<byte[], byte[]> record, String reason) {
    figures.recordRejected();
    Source place = source();
    context()
        .forward(
            record
                .<RoutedRecord>withValue(new RoutedRecord.Rejected(record.value()))
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

  private Source source() {
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
