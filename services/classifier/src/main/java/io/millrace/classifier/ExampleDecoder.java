package io.millrace.classifier;

import io.millrace.learning.classifier.LabelledDocument;
import io.millrace.learning.classifier.TermVector;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.WeightedTermReader;
import io.millrace.schemas.avro.DocumentExample;
import java.io.IOException;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;

/**
 * Decodes Avro {@code DocumentExample} field by field in the order of the schema. Records of
 * another schema, and those that cannot be read so, are decoded by {@link AvroCodec}. Safe for
 * several threads.
 */
final class ExampleDecoder {

  private static final AvroCodec<DocumentExample> AVRO = AvroCodec.of(DocumentExample.class);
  private static final int NULL = 0;
  private static final int STRING = 1;

  private ExampleDecoder() {}

  /** Decodes an example; empty if it has no label or cannot be used. */
  static Optional<LabelledDocument> decode(byte[] value) {
    if (AVRO.hasOwnSchema(value)) {
      try {
        return fields(value);
      } catch (IOException | RuntimeException e) {
        return record(value);
      }
    }
    return record(value);
  }

  private static Optional<LabelledDocument> fields(byte[] value) throws IOException {
    BinaryDecoder in = AVRO.fields(value);
    in.skipString();
    var terms = new TermVector.Builder(value.length);
    WeightedTermReader.read(in, terms::addTerm, terms::addWeight);
    return switch (in.readIndex()) {
      case NULL -> Optional.empty();
      case STRING -> Optional.of(new LabelledDocument(terms.build(), in.readString()));
      default -> throw new AvroRuntimeException("the label is neither null nor a string");
    };
  }

  private static Optional<LabelledDocument> record(byte[] value) {
    if (!(AVRO.decode(value) instanceof Decoded.Valid<DocumentExample>(DocumentExample document))
        || document.getLabel() == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new LabelledDocument(document.getTerms(), document.getWeights(), document.getLabel()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
