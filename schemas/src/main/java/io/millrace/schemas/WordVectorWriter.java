package io.millrace.schemas;

import io.millrace.schemas.avro.WordVector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Encodes a {@link WordVector} from an array, to the same bytes as {@link AvroCodec}. The codec
 * needs a list of boxed floats: a step publishes tens of thousands of vectors, and the lists would
 * cost more than learning. Not thread-safe.
 */
public final class WordVectorWriter {

  private final AvroCodec<WordVector> avro = AvroCodec.of(WordVector.class);
  private final byte[] header = avro.header();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);

  /** Encodes a record. */
  public byte[] write(float[] vector, long count, long version) {
    try {
      out.reset();
      out.writeBytes(header);
      encoder.writeArrayStart();
      encoder.setItemCount(vector.length);
      for (float x : vector) {
        encoder.startItem();
        encoder.writeFloat(x);
      }
      encoder.writeArrayEnd();
      encoder.writeLong(count);
      encoder.writeLong(version);
      encoder.flush();
      return avro.asWritten(out.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
