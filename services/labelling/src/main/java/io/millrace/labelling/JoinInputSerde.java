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

/** Offers as the Avro records inside them; the fingerprint tells which. Null passes as null. */
@NullUnmarked // Kafka's serializers pass null for tombstones and declare nothing.
final class JoinInputSerde {

  private static final AvroCodec<ImageExample> IMAGES = AvroCodec.of(ImageExample.class);
  private static final AvroCodec<DocumentExample> DOCUMENTS = AvroCodec.of(DocumentExample.class);
  private static final AvroCodec<Label> LABELS = AvroCodec.of(Label.class);

  private JoinInputSerde() {}

  /** Any offer. Safe for several threads. */
  static Serde<JoinInput> offers() {
    Serializer<JoinInput> serializer = (topic, offer) -> offer == null ? null : encode(offer);
    Deserializer<JoinInput> deserializer = (topic, bytes) -> bytes == null ? null : decode(bytes);
    return Serdes.serdeFrom(serializer, deserializer);
  }

  /** Offers to learn from. Safe for several threads. */
  static Serde<JoinInput.Example> examples() {
    Serializer<JoinInput.Example> serializer =
        (topic, offer) -> offer == null ? null : encode(offer);
    Deserializer<JoinInput.Example> deserializer =
        (topic, bytes) -> bytes == null ? null : (JoinInput.Example) decode(bytes);
    return Serdes.serdeFrom(serializer, deserializer);
  }

  private static byte[] encode(JoinInput offer) {
    return switch (offer) {
      case JoinInput.OfImage(ImageExample example) -> IMAGES.encode(example);
      case JoinInput.OfDocument(DocumentExample example) -> DOCUMENTS.encode(example);
      case JoinInput.OfLabel(Label label) -> LABELS.encode(label);
    };
  }

  private static JoinInput decode(byte[] bytes) {
    String name = AvroCodec.nameOf(bytes).orElse("no record of ours");
    return switch (name) {
      case "ImageExample" -> new JoinInput.OfImage(IMAGES.decodeOrThrow(bytes));
      case "DocumentExample" -> new JoinInput.OfDocument(DOCUMENTS.decodeOrThrow(bytes));
      case "Label" -> new JoinInput.OfLabel(LABELS.decodeOrThrow(bytes));
      default -> throw new SerializationException("neither an example nor a label: " + name);
    };
  }
}
