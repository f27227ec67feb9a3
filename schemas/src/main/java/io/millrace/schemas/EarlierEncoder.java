package io.millrace.schemas;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;

/**
 * Encodes records with an earlier form of their schema: fields added since are left out, symbols
 * added since become the enum's default. Fields are only ever added at the end, so those of the
 * earlier form have the same positions. Safe for several threads.
 */
final class EarlierEncoder<T> {

  private final Schema schema;
  private final byte[] header;
  private final Writer<T> writer;

  /**
   * An encoder.
   *
   * @param own this build's schema of the records
   * @param earlier the one to write with
   */
  EarlierEncoder(Schema own, Schema earlier) {
    this.schema = earlier;
    this.header = AvroCodec.header(earlier);
    this.writer = new Writer<>(earlier, SpecificData.getForSchema(own));
  }

  Schema schema() {
    return schema;
  }

  byte[] encode(T record) {
    try {
      var out = new ByteArrayOutputStream(256);
      out.writeBytes(header);
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      writer.write(record, encoder);
      encoder.flush();
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Writer<T> extends SpecificDatumWriter<T> {

    Writer(Schema schema, SpecificData data) {
      super(schema, data);
    }

    @Override
    protected void writeEnum(Schema schema, Object datum, Encoder out) throws IOException {
      String symbol = datum.toString();
      out.writeEnum(
          schema.getEnumOrdinal(schema.hasEnumSymbol(symbol) ? symbol : schema.getEnumDefault()));
    }
  }
}
