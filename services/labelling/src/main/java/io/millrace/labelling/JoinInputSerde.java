package io.millrace.labelling;

import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.ImageExample;
import io.millrace.schemas.avro.Label;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.NullUnmarked;

/**
 * Serdes of join inputs, for the repartition topic and the store of unlabelled subjects. Each is
 * encoded as the Avro record inside it; the fingerprint in its header identifies which. Null stays
 * null.
 */
@NullUnmarked // Kafka's serializers pass null for tombstones and declare nothing.
final class JoinInputSerde {

  private static final AvroCodec<ImageExample> IMAGES = AvroCodec.of(ImageExample.class);
  private static final AvroCodec<DocumentExample> DOCUMENTS = AvroCodec.of(DocumentExample.class);
  private static final AvroCodec<Label> LABELS = AvroCodec.of(Label.class);

  private JoinInputSerde() {}

  /** Serde of any join input. Safe for several threads. */
  static Serde<JoinInput> inputs() {
    Serializer<JoinInput> serializer = (topic, input) -> input == null ? null : encode(input);
    Deserializer<JoinInput> deserializer = (topic, bytes) -> bytes == null ? null : decode(bytes);
    return Serdes.serdeFrom(serializer, deserializer);
  }

  /** Serde of examples. Safe for several threads. */
  static Serde<JoinInput.Example> examples() {
    Serializer<JoinInput.Example> serializer =
        (topic, input) -> input == null ? null : encode(input);
    Deserializer<JoinInput.Example> deserializer =
        (topic, bytes) -> bytes == null ? null : (JoinInput.Example) decode(bytes);
    return Serdes.serdeFrom(serializer, deserializer);
  }

  private static byte[] encode(JoinInput input) {
    return switch (input) {
      case JoinInput.OfImage(ImageExample example) -> IMAGES.encode(example);
      case JoinInput.OfDocument(DocumentExample example) -> DOCUMENTS.encode(example);
      case JoinInput.OfLabel(Label label) -> LABELS.encode(label);
    };
  }

  private static JoinInput decode(byte[] bytes) {
    String name = AvroCodec.nameOf(bytes).orElse("not a record of Millrace");
    return switch (name) {
      case "ImageExample" -> new JoinInput.OfImage(IMAGES.decodeOrThrow(bytes));
      case "DocumentExample" -> new JoinInput.OfDocument(DOCUMENTS.decodeOrThrow(bytes));
      case "Label" -> new JoinInput.OfLabel(LABELS.decodeOrThrow(bytes));
      default ->
          throw new SerializationException(
              "expected an Avro ImageExample, DocumentExample or Label, found: " + name);
    };
  }
}
