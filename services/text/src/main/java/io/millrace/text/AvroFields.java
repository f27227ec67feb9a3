package io.millrace.text;

import io.millrace.schemas.avro.Source;
import java.io.IOException;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.Encoder;
import org.jspecify.annotations.Nullable;

/** Fields that several of our Avro records have, in Avro's binary encoding. */
final class AvroFields {

  private static final int NULL = 0;
  private static final int STRING = 1;

  private AvroFields() {}

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

  /** Writes where a record lies. */
  static void write(Source source, Encoder to) throws IOException {
    to.writeString(source.getTopic());
    to.writeInt(source.getPartition());
    to.writeLong(source.getOffset());
  }
}
