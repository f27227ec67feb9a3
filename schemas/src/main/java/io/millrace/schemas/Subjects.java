package io.millrace.schemas;

import io.millrace.schemas.avro.Source;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Tells what the records that producers send are about. Every reader must name a record alike, or
 * an image's label, example and prediction would not find each other. Pure functions, safe for
 * several threads.
 */
public final class Subjects {

  /** The longest id. It is part of keys and of records far smaller than the one that it names. */
  public static final int MAX_ID_BYTES = 4096;

  private Subjects() {}

  /**
   * The subject of a record of {@code images}: named by its key or, without one, by its place.
   *
   * @param key the record's key, or null
   * @param place where it lies
   */
  public static Decoded<Subject> ofImage(byte @Nullable [] key, Source place) {
    return key == null || key.length == 0
        ? Decoded.valid(Subject.image(Sources.text(place)))
        : named(Subject.Kind.IMAGE, key);
  }

  /**
   * The subject of a record of {@code documents} or {@code document-vectors}; it needs a key.
   *
   * @param key the record's key, or null
   */
  public static Decoded<Subject> ofDocument(byte @Nullable [] key) {
    return key == null || key.length == 0
        ? Decoded.invalid("a document needs a key: its id")
        : named(Subject.Kind.DOCUMENT, key);
  }

  private static Decoded<Subject> named(Subject.Kind kind, byte[] key) {
    if (key.length > MAX_ID_BYTES) {
      return Decoded.invalid(
          "the key has " + key.length + " bytes, more than the " + MAX_ID_BYTES + " of an id");
    }
    try {
      String id = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
      return Decoded.valid(new Subject(kind, id));
    } catch (CharacterCodingException e) {
      return Decoded.invalid("the key is not UTF-8 text");
    }
  }
}
