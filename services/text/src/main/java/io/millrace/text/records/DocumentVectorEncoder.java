package io.millrace.text.records;

import io.millrace.learning.text.weighting.WeightedTerms;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.DocumentVector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.io.BinaryEncoder;

/**
 * Writes the Avro bytes of {@code DocumentVector}, field by field as the schema has them: the
 * generated record would hold a string and a box for each term. Not thread-safe.
 */
public final class DocumentVectorEncoder {

  private static final byte[] HEADER = AvroCodec.of(DocumentVector.class).header();

  private final String weighing;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
  private final BinaryEncoder encoder = AvroFields.encoder(out);

  /** Of documents that are weighed so: the label of the weighing. */
  public DocumentVectorEncoder(String weighing) {
    this.weighing = weighing;
  }

  /**
   * The single-object bytes.
   *
   * @param weights the document's terms, weighed
   * @param corpusSize how many live documents it was weighed against
   * @param approximate whether counts may be missing
   * @param refresh whether it was weighed before
   * @param document the document
   */
  public byte[] encode(
      WeightedTerms weights,
      long corpusSize,
      boolean approximate,
      boolean refresh,
      DocumentRevision document) {
    try {
      out.reset();
      out.writeBytes(HEADER);
      write(weights);
      encoder.writeLong(corpusSize);
      encoder.writeString(weighing);
      encoder.writeBoolean(approximate);
      encoder.writeBoolean(refresh);
      AvroFields.write(document.label(), encoder);
      AvroFields.write(document.source(), encoder);
      encoder.flush();
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(WeightedTerms weights) throws IOException {
    encoder.writeArrayStart();
    encoder.setItemCount(weights.size());
    for (int place = 0; place < weights.size(); place++) {
      encoder.writeBytes(weights.term(place).utf8());
    }
    encoder.writeArrayEnd();
    encoder.writeArrayStart();
    encoder.setItemCount(weights.size());
    for (int place = 0; place < weights.size(); place++) {
      encoder.writeDouble(weights.weight(place));
    }
    encoder.writeArrayEnd();
  }
}
