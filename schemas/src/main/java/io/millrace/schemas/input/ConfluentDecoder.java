package io.millrace.schemas.input;

import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.Label;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParser;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Decodes Confluent's wire format: a zero byte, the schema's id in four bytes, most significant
 * first, and the record (Confluent Platform, "Formats, Serializers, and Deserializers", section
 * "Wire format"). Avro and JSON Schema are read. Safe for several threads.
 */
final class ConfluentDecoder {

  private static final int HEADER_BYTES = 5;

  /** When the schemas that are kept have more characters, all are parsed again. */
  static final int MAX_KNOWN_CHARS = 2 << 20;

  private static final byte[] ISO_MEDIA = {'f', 't', 'y', 'p'};

  private final Optional<SchemaRegistry> registry;
  private final Map<Integer, Decoded<Schema>> avroSchemas = new ConcurrentHashMap<>();
  private final AtomicLong knownChars = new AtomicLong();

  ConfluentDecoder(Optional<SchemaRegistry> registry) {
    this.registry = registry;
  }

  /** Whether the bytes begin like the wire format, and like nothing else that begins with zero. */
  static boolean isConfluent(byte[] value) {
    if (value.length <= HEADER_BYTES
        || value[0] != 0
        || TextDecoder.byteOrderMark(value).isPresent()) {
      return false;
    }
    boolean isUtf16 = value[1] != 0 && value[2] == 0 && value[3] != 0 && value[4] == 0;
    boolean isIsoMedia =
        value.length >= 8 && ByteBuffer.wrap(value, 4, 4).equals(ByteBuffer.wrap(ISO_MEDIA));
    return !isUtf16 && !isIsoMedia;
  }

  /** Decodes a value in the wire format. */
  Decoded<Content> decode(byte[] value) {
    int id = ByteBuffer.wrap(value).getInt(1);
    if (registry.isEmpty()) {
      return Decoded.invalid(
          ("begins like Confluent's wire format (a zero byte, then the schema id %d): set"
                  + " schema.registry.url to the registry that has the schema, or send plain JSON")
              .formatted(id));
    }
    return registry
        .get()
        .find(id)
        .flatMap(schema ->
            switch (schema.type()) {
              case "AVRO" -> avro(id, schema.text(), value);
              case "JSON" ->
                  TextDecoder.decode(payload(value), null)
                      .flatMap(JsonInputParser::parse)
                      .map(json -> new Content.JsonValue(json, false));
              default ->
                  Decoded.invalid(
                      "%s in Confluent's wire format (schema id %d): send Avro or JSON"
                          .formatted(schema.type(), id));
            });
  }

  private Decoded<Content> avro(int id, String text, byte[] value) {
    return schema(id, text)
        .flatMap(schema -> {
          try {
            return avro(schema, value);
          } catch (IOException | RuntimeException | StackOverflowError e) {
            // Avro refuses bytes by exceptions of many types; a recursive schema has no bound.
            return Decoded.invalid(
                "not a readable Avro record of the schema id %d: %s".formatted(id, e.getMessage()));
          }
        });
  }

  private Decoded<Schema> schema(int id, String text) {
    Decoded<Schema> known = avroSchemas.get(id);
    if (known != null) {
      return known;
    }
    if (knownChars.addAndGet(text.length()) > MAX_KNOWN_CHARS) {
      avroSchemas.clear();
      knownChars.set(text.length());
    }
    Decoded<Schema> parsed = parse(id, text);
    avroSchemas.put(id, parsed);
    return parsed;
  }

  /** How many schemas are kept. */
  int known() {
    return avroSchemas.size();
  }

  private static Decoded<Content> avro(Schema schema, byte[] value) throws IOException {
    byte[] payload = payload(value);
    return switch (schema.getFullName()) {
      case "io.millrace.schemas.avro.Document" -> own(Document.class, schema, payload);
      case "io.millrace.schemas.avro.Image" -> own(Image.class, schema, payload);
      case "io.millrace.schemas.avro.Label" -> own(Label.class, schema, payload);
      default ->
          Decoded.valid(AvroTree.of(schema, read(new BoundedDatumReader(schema), payload)))
              .map(json -> new Content.JsonValue(json, false));
    };
  }

  /** A record of a Millrace schema, perhaps an earlier or later form of it. */
  private static <T extends SpecificRecordBase> Decoded<Content> own(
      Class<T> type, Schema writer, byte[] payload) throws IOException {
    AvroCodec<T> codec = AvroCodec.of(type);
    T record = read(new SpecificDatumReader<T>(writer, codec.schema()), payload);
    return Decoded.valid(new Content.SingleObject(codec.encode(record)));
  }

  private static <T> T read(DatumReader<T> reader, byte[] payload) throws IOException {
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(payload, null);
    T record = reader.read(null, decoder);
    if (!decoder.isEnd()) {
      throw new IOException("bytes are left over");
    }
    return record;
  }

  private static Decoded<Schema> parse(int id, String text) {
    try {
      return Decoded.valid(new SchemaParser().parse(text).mainSchema());
    } catch (AvroRuntimeException e) {
      return Decoded.invalid(
          "the registry's schema id %d is not readable Avro: %s".formatted(id, e.getMessage()));
    }
  }

  private static byte[] payload(byte[] value) {
    return Arrays.copyOfRange(value, HEADER_BYTES, value.length);
  }
}
