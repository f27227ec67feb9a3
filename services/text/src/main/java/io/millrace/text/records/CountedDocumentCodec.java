package io.millrace.text.records;

import io.millrace.learning.text.frequencies.DocumentFrequencyTable;
import io.millrace.learning.text.frequencies.TermBag;
import io.millrace.learning.text.frequencies.TermBagBuilder;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.CountedDocument;
import io.millrace.schemas.avro.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Encodes and decodes {@link DocumentRevision} as Avro {@code CountedDocument}, field by field in
 * the order of the schema: the generated record would hold a string and two boxes for each term.
 * Not thread-safe.
 */
public final class CountedDocumentCodec {

  private static final AvroCodec<CountedDocument> AVRO = AvroCodec.of(CountedDocument.class);
  private static final byte[] HEADER = AVRO.header();

  private final TermBagBuilder terms;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
  private final BinaryEncoder encoder = AvroFields.encoder(out);
  private @Nullable BinaryDecoder decoder;
  private @Nullable Utf8 text;

  /** A codec that looks up decoded terms in a table. */
  public CountedDocumentCodec(DocumentFrequencyTable frequencies) {
    this.terms = new TermBagBuilder(frequencies);
  }

  /** Encodes a revision as a single object. */
  public byte[] encode(DocumentRevision document) {
    try {
      out.reset();
      out.writeBytes(HEADER);
      write(document.terms());
      AvroFields.write(document.label(), encoder);
      AvroFields.write(document.source(), encoder);
      encoder.writeLong(document.time());
      encoder.writeBoolean(document.deleted());
      encoder.flush();
      return AVRO.asWritten(out.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(TermBag bag) throws IOException {
    encoder.writeArrayStart();
    encoder.setItemCount(bag.size());
    for (int place = 0; place < bag.size(); place++) {
      encoder.writeBytes(bag.term(place).utf8());
    }
    encoder.writeArrayEnd();
    encoder.writeArrayStart();
    encoder.setItemCount(bag.size());
    for (int place = 0; place < bag.size(); place++) {
      encoder.writeInt(bag.count(place));
    }
    encoder.writeArrayEnd();
  }

  /**
   * Decodes a single object.
   *
   * @throws IllegalArgumentException if the bytes are not a {@code CountedDocument}
   */
  public DocumentRevision decode(byte[] record) {
    byte[] bytes = AVRO.inOwnSchema(record);
    try {
      BinaryDecoder in =
          DecoderFactory.get()
              .binaryDecoder(bytes, HEADER.length, bytes.length - HEADER.length, decoder);
      decoder = in;
      return new DocumentRevision(
          terms(in),
          AvroFields.text(in),
          new Source(in.readString(), in.readInt(), in.readLong()),
          in.readLong(),
          in.readBoolean());
    } catch (IOException | AvroRuntimeException e) {
      terms.clear();
      throw new IllegalArgumentException("not a readable Avro CountedDocument", e);
    }
  }

  private TermBag terms(BinaryDecoder in) throws IOException {
    Utf8 read = text;
    for (long left = in.readArrayStart(); left > 0; left = in.arrayNext()) {
      for (long i = 0; i < left; i++) {
        read = in.readString(read);
        terms.term(read.getBytes(), read.getByteLength());
      }
    }
    text = read;
    for (long left = in.readArrayStart(); left > 0; left = in.arrayNext()) {
      for (long i = 0; i < left; i++) {
        terms.count(in.readInt());
      }
    }
    return terms.build();
  }
}
