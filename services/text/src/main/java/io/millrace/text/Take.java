package io.millrace.text;

import io.millrace.learning.text.TermCounter;
import io.millrace.learning.text.TermCounts;
import io.millrace.runtime.DeadLetters;
import io.millrace.runtime.EventHeaders;
import io.millrace.runtime.Markers;
import io.millrace.schemas.Avro;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Inputs;
import io.millrace.schemas.avro.CountedDocument;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.Source;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code documents} before they are repartitioned: here a record's coordinates are known, and
 * here its text is taken apart, so that only counts travel. What cannot be used leaves as a dead
 * letter, its headers made; the key stays the bytes that it was.
 */
final class Take extends ContextualProcessor<byte[], byte[], byte[], Taken> {

  private final TextConfig config;
  private final TextFigures figures;
  private final TermCounter counter;
  private final Avro<CountedDocument> avro = Avro.of(CountedDocument.class);
  private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();

  Take(TextConfig config, TextFigures figures) {
    this.config = config;
    this.figures = figures;
    this.counter = new TermCounter(config.analysis());
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
    } else if (!isText(key)) {
      refuse(record, "the key is not UTF-8 text");
    } else if (value == null) {
      accept(record, deletion(record));
    } else if (value.length > config.maxDocumentBytes()) {
      refuse(
          record,
          "a document of "
              + value.length
              + " bytes is over text.max.document.bytes, which is "
              + config.maxDocumentBytes());
    } else {
      take(record, value);
    }
  }

  private void take(Record<byte[], byte[]> record, byte[] value) {
    switch (Inputs.document(EventHeaders.contentType(record.headers()), value)) {
      case Decoded.Invalid<Document>(String reason) -> refuse(record, reason);
      case Decoded.Valid<Document>(Document document) -> {
        CountedDocument counted = counted(record, document);
        byte[] bytes = avro.encode(counted);
        int terms = counted.getTerms().size();
        // The vector has these bytes and a weight of eight for every count.
        if (bytes.length + Double.BYTES * (long) terms > TextConfig.LARGEST) {
          refuse(record, "the vector of its " + terms + " different terms is too large to send");
        } else {
          accept(record, bytes);
        }
      }
    }
  }

  private CountedDocument counted(Record<byte[], byte[]> record, Document document) {
    TermCounts terms = counter.count(document.getText());
    List<Integer> counts = new ArrayList<>(terms.size());
    for (int place = 0; place < terms.size(); place++) {
      counts.add(terms.count(place));
    }
    return new CountedDocument(
        terms.terms(), counts, document.getLabel(), place(), record.timestamp(), false);
  }

  private byte[] deletion(Record<byte[], byte[]> record) {
    return avro.encode(
        new CountedDocument(List.of(), List.of(), null, place(), record.timestamp(), true));
  }

  private void accept(Record<byte[], byte[]> record, byte[] counted) {
    context().forward(record.withValue(new Taken.Accepted(counted)));
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
