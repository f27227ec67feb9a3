package io.millrace.schemas;

import io.millrace.schemas.avro.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.SchemaParser;
import org.apache.avro.SystemLimitException;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * Avro's single-object encoding: two marker bytes, the schema's 64-bit Rabin fingerprint in
 * little-endian order, the binary record (Avro specification, "Single-object encoding"). Not for
 * the registry's wire format. Instances are safe for use by several threads.
 *
 * @param <T> the record generated from the schema
 */
public final class AvroCodec<T extends SpecificRecordBase> {

  private static final int HEADER_BYTES = 10;

  /** The longest field: records on topics have at most 10 MiB. */
  private static final int MAX_LENGTH = 10_485_760;

  static {
    // A few bytes can declare a text of 2 GB, and Avro allocates it before it reads on.
    System.setProperty(
        SystemLimitException.MAX_STRING_LENGTH_PROPERTY, Integer.toString(MAX_LENGTH));
    System.setProperty(
        SystemLimitException.MAX_BYTES_LENGTH_PROPERTY, Integer.toString(MAX_LENGTH));
    System.setProperty(
        SystemLimitException.MAX_COLLECTION_LENGTH_PROPERTY, Integer.toString(MAX_LENGTH));
    // Avro creates instances only of trusted classes: those generated from the schemas.
    String trusted = Source.class.getPackageName();
    ClassSecurityValidator.setGlobal(
        ClassSecurityValidator.composite(
            ClassSecurityValidator.getGlobal(), type -> type.getPackageName().equals(trusted)));
  }

  private static final ClassValue<AvroCodec<?>> BY_CLASS =
      new ClassValue<>() {
        @Override
        protected AvroCodec<?> computeValue(Class<?> type) {
          return new AvroCodec<>(SpecificData.get().getSchema(type));
        }
      };

  private final Schema schema;
  private final BinaryMessageEncoder<T> encoder;
  private final BinaryMessageDecoder<T> decoder;

  private AvroCodec(Schema schema) {
    this.schema = schema;
    SpecificData data = SpecificData.getForSchema(schema);
    this.encoder = new BinaryMessageEncoder<>(data, schema);
    this.decoder = new BinaryMessageDecoder<>(data, schema);
    earlier(schema.getName()).forEach(decoder::addSchema);
  }

  /** The codec of a generated record class; the same one at every call. */
  @SuppressWarnings("unchecked") // What is made for a class is of that class.
  public static <T extends SpecificRecordBase> AvroCodec<T> of(Class<T> type) {
    return (AvroCodec<T>) BY_CLASS.get(type);
  }

  /**
   * The record's earlier schemas, with which records on topics may be written: {@code
   * earlier/NAME.1.avsc} and so on.
   */
  private static List<Schema> earlier(String name) {
    List<Schema> schemas = new ArrayList<>();
    while (true) {
      String file = "/earlier/" + name + "." + (schemas.size() + 1) + ".avsc";
      try (InputStream json = AvroCodec.class.getResourceAsStream(file)) {
        if (json == null) {
          return schemas;
        }
        schemas.add(new SchemaParser().parse(json).mainSchema());
      } catch (IOException e) {
        throw new UncheckedIOException(file + " cannot be read", e);
      }
    }
  }

  /** The record's schema. */
  public Schema schema() {
    return schema;
  }

  /** The bytes before a record: marker and fingerprint. */
  public byte[] header() {
    var header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.put((byte) 0xc3).put((byte) 0x01);
    header.putLong(SchemaNormalization.parsingFingerprint64(schema));
    return header.array();
  }

  /** Encodes a record. */
  public byte[] encode(T record) {
    try {
      var out = new ByteArrayOutputStream(256);
      encoder.encode(record, out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Decodes a record; invalid, with the reason, if the bytes are not this record. */
  public Decoded<T> decode(byte[] bytes) {
    if (!isSingleObject(bytes)) {
      return Decoded.invalid("not Avro in single-object encoding");
    }
    Optional<String> other = nameOf(bytes).filter(name -> !name.equals(schema.getName()));
    if (other.isPresent()) {
      return Decoded.invalid("is an Avro " + other.get() + ", not a " + schema.getName());
    }
    try {
      return Decoded.valid(decoder.decode(bytes));
    } catch (IOException
        | AvroRuntimeException
        | IndexOutOfBoundsException
        | UnsupportedOperationException e) {
      return Decoded.invalid("not a readable Avro " + schema.getName() + ": " + e.getMessage());
    }
  }

  /**
   * Decodes a record that only Millrace writes.
   *
   * @throws IllegalArgumentException if they are not this record
   */
  public T decodeOrThrow(byte[] bytes) {
    return switch (decode(bytes)) {
      case Decoded.Valid<T>(T value) -> value;
      case Decoded.Invalid<T>(String reason) -> throw new IllegalArgumentException(reason);
    };
  }

  /**
   * The remaining bytes of a record's bytes field; the buffer is not changed. The array itself
   * where the buffer is all of it, so not to be changed either.
   */
  public static byte[] bytes(ByteBuffer buffer) {
    if (buffer.hasArray() && buffer.remaining() == buffer.array().length) {
      return buffer.array();
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  /** Whether bytes begin with the marker of the single-object encoding. */
  public static boolean isSingleObject(byte[] bytes) {
    return bytes.length >= HEADER_BYTES && bytes[0] == (byte) 0xc3 && bytes[1] == (byte) 0x01;
  }

  /** The name of the Millrace schema whose fingerprint the bytes have; empty if there is none. */
  public static Optional<String> nameOf(byte[] bytes) {
    if (!isSingleObject(bytes)) {
      return Optional.empty();
    }
    long fingerprint = 0;
    for (int i = HEADER_BYTES - 1; i >= 2; i--) {
      fingerprint = fingerprint << 8 | (bytes[i] & 0xff);
    }
    return Optional.ofNullable(Known.BY_FINGERPRINT.get(fingerprint)).map(Schema::getName);
  }

  /** The schemas of all records on topics, loaded when first needed. */
  private static final class Known {
    static final Map<Long, Schema> BY_FINGERPRINT =
        Stream.of(Schemas.values())
            .map(Schemas::schema)
            .flatMap(schema -> Stream.concat(Stream.of(schema), earlier(schema.getName()).stream()))
            .collect(
                Collectors.toUnmodifiableMap(
                    SchemaNormalization::parsingFingerprint64, schema -> schema));
  }
}
