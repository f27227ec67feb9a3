package io.millrace.runtime.testing;

import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Schemas;
import io.millrace.schemas.WriterSchemas;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * What a later build may write: every record with one more field, every enum with one more symbol,
 * every union with one more branch. Its schemas are found as those of any other build are, until
 * this is closed. Safe for several threads.
 */
public final class TomorrowsBuild implements AutoCloseable {

  private static final int HEADER_BYTES = 10;

  private final Map<Long, String> published = new ConcurrentHashMap<>();
  private final Map<Class<?>, Schema> schemas = new ConcurrentHashMap<>();
  private final WriterSchemas.Registration registration =
      WriterSchemas.lookIn(fingerprint -> Optional.ofNullable(published.get(fingerprint)));

  /** A record as that build writes it. */
  public <T extends SpecificRecordBase> byte[] encode(T record) {
    @SuppressWarnings("unchecked")
    AvroCodec<T> codec = AvroCodec.of((Class<T>) record.getClass());
    Schema schema = schemas.computeIfAbsent(record.getClass(), _ -> published(codec.schema()));
    byte[] own = codec.encode(record);
    try {
      GenericRecord read =
          new GenericDatumReader<GenericRecord>(codec.schema(), schema, new GenericData())
              .read(null, DecoderFactory.get().binaryDecoder(fields(own), null));
      return encode(read);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The fields of a record, as a stream of unknown length. Of an array, Avro measures elements by
   * the schema into which it reads, and finds that those of today are too short for the many.
   */
  private static InputStream fields(byte[] own) {
    return new BufferedInputStream(
        new ByteArrayInputStream(own, HEADER_BYTES, own.length - HEADER_BYTES));
  }

  private Schema published(Schema own) {
    Schema schema = tomorrow(own);
    published.put(SchemaNormalization.parsingFingerprint64(schema), schema.toString());
    return schema;
  }

  /** A record of Millrace as that build writes it; anything else as it is. */
  public byte[] rewrite(byte[] value) {
    return schemaOf(value)
        .map(it -> encode(AvroCodec.of(it.type()).decodeOrThrow(value)))
        .orElse(value);
  }

  /** A record of Millrace as this build writes it; anything else as it is. */
  public static byte @Nullable [] undone(byte @Nullable [] value) {
    return value == null
        ? null
        : schemaOf(value).map(it -> AvroCodec.of(it.type()).inOwnSchema(value)).orElse(value);
  }

  private static Optional<Schemas> schemaOf(byte[] value) {
    return AvroCodec.nameOf(value)
        .flatMap(name ->
            Stream.of(Schemas.values())
                .filter(it -> it.schema().getName().equals(name))
                .findFirst());
  }

  /** The schemas of the records encoded so far, by fingerprint, as they stand on the topic. */
  public Map<String, String> schemas() {
    Map<String, String> schemas = new HashMap<>();
    published.forEach((fingerprint, text) -> schemas.put(WriterSchemas.hex(fingerprint), text));
    return schemas;
  }

  /** A record of a schema of that build. */
  public static byte[] encode(GenericRecord record) throws IOException {
    var out = new ByteArrayOutputStream();
    out.write(0xc3);
    out.write(0x01);
    out.writeBytes(
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(SchemaNormalization.parsingFingerprint64(record.getSchema()))
            .array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  /** A schema as that build has it. */
  public static Schema tomorrow(Schema schema) {
    return tomorrow(schema, new HashMap<>());
  }

  private static Schema tomorrow(Schema schema, Map<String, Schema> named) {
    return switch (schema.getType()) {
      case RECORD ->
          named.containsKey(schema.getFullName())
              ? named.get(schema.getFullName())
              : record(schema, named);
      case ENUM -> named.computeIfAbsent(schema.getFullName(), _ -> symbol(schema));
      case ARRAY -> Schema.createArray(tomorrow(schema.getElementType(), named));
      case MAP -> Schema.createMap(tomorrow(schema.getValueType(), named));
      case UNION -> union(schema, named);
      default -> schema;
    };
  }

  private static Schema record(Schema schema, Map<String, Schema> named) {
    Schema record = Schema.createRecord(schema.getName(), null, schema.getNamespace(), false);
    named.put(schema.getFullName(), record);
    List<Schema.Field> fields = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      fields.add(
          new Schema.Field(
              field.name(), tomorrow(field.schema(), named), null, field.defaultVal()));
    }
    fields.add(
        new Schema.Field(
            "addedTomorrow", Schema.create(Schema.Type.STRING), null, "of no use today"));
    record.setFields(fields);
    return record;
  }

  private static Schema symbol(Schema schema) {
    List<String> symbols = new ArrayList<>(schema.getEnumSymbols());
    symbols.add("TOMORROW");
    return Schema.createEnum(
        schema.getName(), null, schema.getNamespace(), symbols, schema.getEnumDefault());
  }

  private static Schema union(Schema schema, Map<String, Schema> named) {
    List<Schema> types = new ArrayList<>();
    schema.getTypes().forEach(type -> types.add(tomorrow(type, named)));
    types.add(Schema.createFixed("OfTomorrow", null, null, 3));
    return Schema.createUnion(types);
  }

  @Override
  public void close() {
    registration.close();
  }
}
