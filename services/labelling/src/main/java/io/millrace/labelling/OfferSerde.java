package io.millrace.labelling;

import io.millrace.schemas.Avro;
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
final class OfferSerde {

  private static final Avro<ImageExample> IMAGES = Avro.of(ImageExample.class);
  private static final Avro<DocumentExample> DOCUMENTS = Avro.of(DocumentExample.class);
  private static final Avro<Label> LABELS = Avro.of(Label.class);

  private OfferSerde() {}

  /** Any offer. Safe for several threads. */
  static Serde<Offer> offers() {
    Serializer<Offer> serializer = (topic, offer) -> offer == null ? null : encode(offer);
    Deserializer<Offer> deserializer = (topic, bytes) -> bytes == null ? null : decode(bytes);
    return Serdes.serdeFrom(serializer, deserializer);
  }

  /** Offers to learn from. Safe for several threads. */
  static Serde<Offer.Example> examples() {
    Serializer<Offer.Example> serializer = (topic, offer) -> offer == null ? null : encode(offer);
    Deserializer<Offer.Example> deserializer =
        (topic, bytes) -> bytes == null ? null : (Offer.Example) decode(bytes);
    return Serdes.serdeFrom(serializer, deserializer);
  }

  private static byte[] encode(Offer offer) {
    return switch (offer) {
      case Offer.OfImage(ImageExample example) -> IMAGES.encode(example);
      case Offer.OfDocument(DocumentExample example) -> DOCUMENTS.encode(example);
      case Offer.OfLabel(Label label) -> LABELS.encode(label);
    };
  }

  private static Offer decode(byte[] bytes) {
    String name = Avro.nameOf(bytes).orElse("no record of ours");
    return switch (name) {
      case "ImageExample" -> new Offer.OfImage(IMAGES.read(bytes));
      case "DocumentExample" -> new Offer.OfDocument(DOCUMENTS.read(bytes));
      case "Label" -> new Offer.OfLabel(LABELS.read(bytes));
      default -> throw new SerializationException("neither an example nor a label: " + name);
    };
  }
}
