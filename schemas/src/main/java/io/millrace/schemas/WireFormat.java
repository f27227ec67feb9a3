package io.millrace.schemas;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.avro.Schema;

/**
 * Records of Millrace in Confluent's wire format: a zero byte, the id of the schema in a registry
 * in four bytes, most significant first, then the same bytes as in the single-object encoding
 * (Confluent Platform, "Formats, Serializers, and Deserializers", section "Wire format"). Where ids
 * are looked up is set once for the whole process. Safe for several threads.
 */
public final class WireFormat {

  private static final int HEADER_BYTES = 5;

  /** Schemas are kept for good, so their number is bounded; of one registry far fewer are met. */
  private static final int MAX_IDS = WriterSchemas.MAX_FOUND;

  /** The first bytes of the single-object encoding, by id. */
  private static final Map<Integer, byte[]> HEADERS = new ConcurrentHashMap<>();

  private static final List<Source> SOURCES = new CopyOnWriteArrayList<>();

  private WireFormat() {}

  /** Where schemas are looked up by their ids. */
  @FunctionalInterface
  public interface Source {

    /**
     * The text of the Avro schema with an id; invalid, with the reason, if no schema has the id.
     *
     * @throws IllegalStateException if there is no answer; the message names who did not answer
     */
    Decoded<String> find(int id);
  }

  /** Looks ids up in a source, until the registration is closed. */
  public static WriterSchemas.Registration lookIn(Source source) {
    SOURCES.add(source);
    return () -> {
      SOURCES.remove(source);
      HEADERS.clear(); // Another registry gives the same ids to other schemas.
    };
  }

  /** Whether bytes begin like the wire format. */
  public static boolean is(byte[] value) {
    return value.length >= HEADER_BYTES && value[0] == 0;
  }

  /** The id of the schema of a record in the wire format. */
  public static int id(byte[] value) {
    return ByteBuffer.wrap(value).getInt(1);
  }

  /** A record in single-object encoding as one in the wire format. */
  public static byte[] of(int id, byte[] singleObject) {
    int bodyBytes = singleObject.length - AvroCodec.HEADER_BYTES;
    return ByteBuffer.allocate(HEADER_BYTES + bodyBytes)
        .put((byte) 0)
        .putInt(id)
        .put(singleObject, AvroCodec.HEADER_BYTES, bodyBytes)
        .array();
  }

  /**
   * A record in the wire format as one in single-object encoding, whose schema {@link
   * WriterSchemas} then finds.
   *
   * @throws IllegalStateException if the registry does not answer
   */
  static Decoded<byte[]> toSingleObject(byte[] value) {
    int id = id(value);
    byte[] known = HEADERS.get(id);
    Decoded<byte[]> header = known == null ? findInSources(id) : Decoded.valid(known);
    return header.map(it ->
        ByteBuffer.allocate(it.length + value.length - HEADER_BYTES)
            .put(it)
            .put(value, HEADER_BYTES, value.length - HEADER_BYTES)
            .array());
  }

  private static Decoded<byte[]> findInSources(int id) {
    Decoded<byte[]> answer =
        Decoded.invalid(
            ("begins like Confluent's wire format (a zero byte, then the schema id %d): set"
                    + " schema.registry.url to the registry that has the schema")
                .formatted(id));
    for (Source source : SOURCES) {
      answer = source.find(id).flatMap(text -> header(id, text));
      if (answer instanceof Decoded.Valid<byte[]>(byte[] header)) {
        if (HEADERS.size() < MAX_IDS) {
          HEADERS.put(id, header);
        }
        return answer;
      }
    }
    return answer;
  }

  private static Decoded<byte[]> header(int id, String text) {
    return WriterSchemas.parse(text)
        .map(WireFormat::kept)
        .orElseGet(() ->
            Decoded.invalid("the registry's schema id %d is not readable Avro".formatted(id)));
  }

  private static Decoded<byte[]> kept(Schema schema) {
    WriterSchemas.keep(schema);
    return Decoded.valid(AvroCodec.header(schema));
  }
}
