package io.millrace.text.records;

import io.millrace.learning.text.weighting.WeightedTerms;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.DocumentVector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.io.BinaryEncoder;

/**
 * Encodes vectors as Avro {@code DocumentVector}, field by field in the order of the schema: the
 * generated record would hold a string and a box for each term. Not thread-safe.
 */
public final class DocumentVectorEncoder {

  private static final AvroCodec<DocumentVector> AVRO = AvroCodec.of(DocumentVector.class);
  private static final byte[] HEADER = AVRO.header();

  private final String weighting;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
  private final BinaryEncoder encoder = AvroFields.encoder(out);

  /** An encoder for vectors of a weighting, given by its label. */
  public DocumentVectorEncoder(String weighting) {
    this.weighting = weighting;
  }

  /**
   * Encodes a vector as a single object.
   *
   * @param weights the document's weighted terms
   * @param corpusSize N, the live documents that the weights are computed with
   * @param approximate whether terms were evicted from the counts
   * @param refresh whether a refresh sends the vector again
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
      encoder.writeString(weighting);
      encoder.writeBoolean(approximate);
      encoder.writeBoolean(refresh);
      AvroFields.write(document.label(), encoder);
      AvroFields.write(document.source(), encoder);
      encoder.flush();
      return AVRO.asWritten(out.toByteArray());
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
