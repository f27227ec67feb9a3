package io.millrace.text.records;

import io.millrace.schemas.avro.Source;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;

/** Fields that several Avro records share, in Avro's binary encoding. */
final class AvroFields {

  private static final int NULL = 0;
  private static final int STRING = 1;

  /** A buffer for most documents; Avro's default has 2 KiB. */
  private static final EncoderFactory ENCODERS = new EncoderFactory().configureBufferSize(32_768);

  private AvroFields() {}

  /** An encoder for records with many terms. */
  static BinaryEncoder encoder(OutputStream out) {
    return ENCODERS.binaryEncoder(out, null);
  }

  /** Writes a text of the type {@code ["null", "string"]}. */
  static void write(@Nullable String text, Encoder to) throws IOException {
    to.writeIndex(text == null ? NULL : STRING);
    if (text != null) {
      to.writeString(text);
    }
  }

  /** Reads a text of the type {@code ["null", "string"]}. */
  static @Nullable String text(Decoder from) throws IOException {
    return from.readIndex() == NULL ? null : from.readString();
  }

  /** Writes a {@code Source}. */
  static void write(Source source, Encoder to) throws IOException {
    to.writeString(source.getTopic());
    to.writeInt(source.getPartition());
    to.writeLong(source.getOffset());
  }
}
