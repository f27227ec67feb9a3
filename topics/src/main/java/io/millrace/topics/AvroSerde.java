package io.millrace.topics;

import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.NullUnmarked;

/** Kafka serdes for {@link AvroCodec}: null stays null, other unreadable bytes are an error. */
@NullUnmarked // Kafka's serializers pass null for tombstones and declare nothing.
public final class AvroSerde {

  private AvroSerde() {}

  /** The serde of one record class. Safe for several threads. */
  public static <T extends SpecificRecordBase> Serde<T> of(Class<T> type) {
    AvroCodec<T> avro = AvroCodec.of(type);
    Serializer<T> serializer = (topic, record) -> record == null ? null : avro.encode(record);
    Deserializer<T> deserializer =
        (topic, bytes) -> bytes == null ? null : decoded(topic, avro.decode(bytes));
    return Serdes.serdeFrom(serializer, deserializer);
  }

  private static <T> T decoded(String topic, Decoded<T> decoded) {
    return switch (decoded) {
      case Decoded.Valid<T>(T value) -> value;
      case Decoded.Invalid<T>(String reason) ->
          throw new SerializationException("a record of " + topic + ": " + reason);
    };
  }
}
