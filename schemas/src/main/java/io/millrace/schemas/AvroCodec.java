package io.millrace.schemas;

import io.millrace.schemas.avro.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.SystemLimitException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * Avro's single-object encoding: two marker bytes, the schema's 64-bit Rabin fingerprint in
 * little-endian order, the binary record (Avro specification, "Single-object encoding"). A record
 * of another schema of the same name, an earlier or a later one, is read by Avro's schema
 * resolution: unknown fields are skipped, absent ones and unknown enum symbols get their defaults.
 * {@link WriterSchemas} finds such schemas. Instances are safe for use by several threads.
 *
 * @param <T> the record generated from the schema
 */
public final class AvroCodec<T extends SpecificRecordBase> {

  /** Marker and fingerprint. */
  static final int HEADER_BYTES = 10;

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
  private final long ownFingerprint;
  private final String ownUri;
  private final BinaryMessageEncoder<T> encoder;
  private final BinaryMessageDecoder<T> decoder;
  private volatile Optional<EarlierEncoder<T>> earlierEncoder = Optional.empty();

  private AvroCodec(Schema schema) {
    this.schema = schema;
    this.ownFingerprint = SchemaNormalization.parsingFingerprint64(schema);
    this.ownUri = uri(ownFingerprint);
    SpecificData data = SpecificData.getForSchema(schema);
    this.encoder = new BinaryMessageEncoder<>(data, schema);
    this.decoder =
        new BinaryMessageDecoder<>(
            data, schema, fingerprint -> WriterSchemas.find(fingerprint).orElse(null));
  }

  /** The codec of a generated record class; the same one at every call. */
  @SuppressWarnings("unchecked") // What is made for a class is of that class.
  public static <T extends SpecificRecordBase> AvroCodec<T> of(Class<T> type) {
    return (AvroCodec<T>) BY_CLASS.get(type);
  }

  /** The record's schema. */
  public Schema schema() {
    return schema;
  }

  /** The bytes before a record of this build's schema: marker and fingerprint. */
  public byte[] header() {
    return header(schema);
  }

  static byte[] header(Schema schema) {
    var header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.put((byte) 0xc3).put((byte) 0x01);
    header.putLong(SchemaNormalization.parsingFingerprint64(schema));
    return header.array();
  }

  /**
   * What to write instead of a record that was encoded field by field with this build's schema: the
   * same bytes, unless {@link CompatibleBuild#writeFor} demands an earlier schema.
   */
  public byte[] asWritten(byte[] own) {
    return earlierEncoder().isEmpty() ? own : encode(decodeOrThrow(own));
  }

  /**
   * A record with this build's schema, to be decoded field by field: the same bytes, unless it was
   * written with another schema.
   *
   * @throws IllegalArgumentException if they are not this record
   */
  public byte[] inOwnSchema(byte[] bytes) {
    if (hasOwnSchema(bytes)) {
      return bytes;
    }
    return switch (decode(bytes)) {
      case Decoded.Valid<T>(T value) -> encodeOwn(value);
      case Decoded.Invalid<T>(String reason) ->
          throw new IllegalArgumentException(
              "a record that must be an Avro " + schema.getName() + ": " + reason);
    };
  }

  /** Whether a record was written with this build's schema, so that its fields can be read. */
  public boolean hasOwnSchema(byte[] bytes) {
    return isSingleObject(bytes) && fingerprint(bytes) == ownFingerprint;
  }

  /** A reader of the fields of a record that {@link #hasOwnSchema}. */
  public BinaryDecoder fields(byte[] bytes) {
    return DecoderFactory.get()
        .binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null);
  }

  /**
   * Names the schema with which records are written, as a URI: {@code
   * urn:millrace:schema:Prediction:} and its fingerprint, which is the key of the topic {@code
   * schemas}.
   */
  public String schemaUri() {
    Optional<EarlierEncoder<T>> earlier = earlierEncoder();
    return earlier.isEmpty()
        ? ownUri
        : uri(SchemaNormalization.parsingFingerprint64(earlier.get().schema()));
  }

  private String uri(long fingerprint) {
    return "urn:millrace:schema:%s:%s".formatted(schema.getName(), WriterSchemas.hex(fingerprint));
  }

  private Optional<EarlierEncoder<T>> earlierEncoder() {
    Optional<Schema> wanted = CompatibleBuild.writtenSchema(schema);
    Optional<EarlierEncoder<T>> present = earlierEncoder;
    if (!present.map(EarlierEncoder::schema).equals(wanted)) {
      present = wanted.map(it -> new EarlierEncoder<>(schema, it));
      earlierEncoder = present;
    }
    return present;
  }

  /** Encodes a record. */
  public byte[] encode(T record) {
    return earlierEncoder().map(it -> it.encode(record)).orElseGet(() -> encodeOwn(record));
  }

  private byte[] encodeOwn(T record) {
    try {
      var out = new ByteArrayOutputStream(256);
      encoder.encode(record, out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Decodes a record; invalid, with the reason, if the bytes are not this record. Confluent's wire
   * format is read too, see {@link WireFormat}.
   *
   * @throws IllegalStateException if its schema must be looked for and the look-up gets no answer
   */
  public Decoded<T> decode(byte[] bytes) {
    if (WireFormat.is(bytes)) {
      return WireFormat.toSingleObject(bytes).flatMap(this::decode);
    }
    if (!isSingleObject(bytes)) {
      return Decoded.invalid("not Avro in single-object encoding");
    }
    Optional<String> name = nameOf(bytes);
    if (name.isEmpty()) {
      return Decoded.invalid(
          ("not a readable Avro %s: neither this build nor the topic schemas has a usable schema"
                  + " with the fingerprint %016x; its writer must put it there before its first"
                  + " record")
              .formatted(schema.getName(), fingerprint(bytes)));
    }
    if (!name.get().equals(schema.getName())) {
      return Decoded.invalid("is an Avro " + name.get() + ", not a " + schema.getName());
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

  /**
   * The name of the schema of a record; empty if it is found nowhere.
   *
   * @throws IllegalStateException if it must be looked for and the look-up gets no answer
   */
  public static Optional<String> nameOf(byte[] bytes) {
    if (WireFormat.is(bytes)) {
      return WireFormat.toSingleObject(bytes) instanceof Decoded.Valid<byte[]>(byte[] it)
          ? nameOf(it)
          : Optional.empty();
    }
    return isSingleObject(bytes)
        ? WriterSchemas.find(fingerprint(bytes)).map(Schema::getName)
        : Optional.empty();
  }

  /** The fingerprint in the header of a single object. */
  public static long fingerprint(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(2);
  }
}
