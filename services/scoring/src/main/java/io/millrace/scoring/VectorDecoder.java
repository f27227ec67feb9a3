package io.millrace.scoring;

import io.millrace.learning.classifier.TermVector;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.WeightedTermReader;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.Source;
import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.jspecify.annotations.Nullable;

/**
 * Decodes Avro {@code DocumentVector} field by field in the order of the schema. Records of another
 * schema, and those that cannot be read so, are decoded by {@link AvroCodec}, which knows the
 * reason. Safe for several threads.
 */
final class VectorDecoder {

  private static final AvroCodec<DocumentVector> AVRO = AvroCodec.of(DocumentVector.class);
  private static final int NULL = 0;
  private static final int STRING = 1;

  private VectorDecoder() {}

  /**
   * What of a vector is needed to score it.
   *
   * @param isRefresh whether the document was scored when it was new
   * @param label the label inside the document, or null
   * @param source the document's record
   */
  record Vector(TermVector terms, boolean isRefresh, @Nullable String label, Source source) {}

  /** Decodes a vector; invalid, with the reason, if the bytes are not one. */
  static Decoded<Vector> decode(byte[] value) {
    if (AVRO.hasOwnSchema(value)) {
      try {
        return Decoded.valid(fields(value));
      } catch (IOException | RuntimeException e) {
        return AVRO.decode(value).flatMap(VectorDecoder::ofRecord);
      }
    }
    return AVRO.decode(value).flatMap(VectorDecoder::ofRecord);
  }

  private static Vector fields(byte[] value) throws IOException {
    BinaryDecoder in = AVRO.fields(value);
    var terms = new TermVector.Builder(value.length);
    WeightedTermReader.read(in, terms::addTerm, terms::addWeight);
    in.readLong(); // the size of the corpus
    in.skipString(); // the weighting
    in.readBoolean(); // whether it is approximate
    boolean refresh = in.readBoolean();
    String label = label(in);
    return new Vector(
        terms.build(), refresh, label, new Source(in.readString(), in.readInt(), in.readLong()));
  }

  private static @Nullable String label(BinaryDecoder in) throws IOException {
    return switch (in.readIndex()) {
      case NULL -> null;
      case STRING -> in.readString();
      default -> throw new AvroRuntimeException("the label is neither null nor a string");
    };
  }

  private static Decoded<Vector> ofRecord(DocumentVector vector) {
    if (vector.getTerms().size() != vector.getWeights().size()) {
      return Decoded.invalid(
          "the vector has %d terms but %d weights"
              .formatted(vector.getTerms().size(), vector.getWeights().size()));
    }
    return Decoded.valid(
        new Vector(
            TermVector.of(vector.getTerms(), vector.getWeights()),
            vector.getRefresh(),
            vector.getLabel(),
            vector.getSource()));
  }
}
