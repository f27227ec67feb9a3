package io.millrace.schemas;

import io.millrace.schemas.avro.Source;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a label, an example or a prediction is about: always kind and id together. Every reader
 * names the subject of a record by the functions here, so that an image's label, example and
 * prediction find each other.
 */
public record Subject(Kind kind, String id) {

  /** The longest id. It is part of keys and of records far smaller than the one that it names. */
  public static final int MAX_ID_BYTES = 4096;

  /** The kinds of subject; the name on topics is in lower case. */
  public enum Kind {
    IMAGE,
    DOCUMENT
  }

  public Subject {
    Objects.requireNonNull(kind, "kind");
    if (id.isEmpty()) {
      throw new IllegalArgumentException("a subject's id must not be empty");
    }
  }

  public static Subject image(String id) {
    return new Subject(Kind.IMAGE, id);
  }

  public static Subject document(String id) {
    return new Subject(Kind.DOCUMENT, id);
  }

  /**
   * The subject of a record of {@code images}: named by its key or, without one, by its
   * coordinates.
   *
   * @param key the record's key, or null
   * @param source the record's coordinates
   */
  public static Decoded<Subject> ofImage(byte @Nullable [] key, Source source) {
    return key == null || key.length == 0
        ? Decoded.valid(image(coordinates(source)))
        : named(Kind.IMAGE, key, "key");
  }

  /**
   * The subject of a record of {@code documents} or {@code document-vectors}; it needs a key.
   *
   * @param key the record's key, or null
   */
  public static Decoded<Subject> ofDocument(byte @Nullable [] key) {
    return key == null || key.length == 0
        ? Decoded.invalid("a document needs a key: its id")
        : named(Kind.DOCUMENT, key, "key");
  }

  /**
   * The subject that bytes name: UTF-8 text without the character NUL, which numbers in binary and
   * Confluent's wire format hold.
   *
   * @param what what the bytes are, for messages: {@code key} or {@code id}
   */
  public static Decoded<Subject> named(Kind kind, byte[] key, String what) {
    if (key.length > MAX_ID_BYTES) {
      return Decoded.invalid(
          "the %s has %d bytes; an id has at most %d".formatted(what, key.length, MAX_ID_BYTES));
    }
    try {
      String id = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
      Optional<String> invisible = InvisibleCharacters.first(id);
      if (invisible.isPresent()) {
        return Decoded.invalid(
            "the %s holds the invisible character %s: send it without"
                .formatted(what, invisible.get()));
      }
      return id.indexOf('\0') < 0
          ? Decoded.valid(new Subject(kind, id))
          : Decoded.invalid(
              ("the %s holds the character NUL, like a number in binary or Confluent's wire format:"
                      + " send the id as text, or name a field of the value by %ss.json.id")
                  .formatted(what, kind.name().toLowerCase(Locale.ROOT)));
    } catch (CharacterCodingException e) {
      return Decoded.invalid("the %s is not UTF-8 text".formatted(what));
    }
  }

  /** Parses {@code kind/id}; the id may contain slashes. Empty if the text is not a subject. */
  public static Optional<Subject> parse(String text) {
    for (Kind kind : Kind.values()) {
      String start = prefix(kind);
      if (text.startsWith(start) && text.length() > start.length()) {
        return Optional.of(new Subject(kind, text.substring(start.length())));
      }
    }
    return Optional.empty();
  }

  /** The coordinates of a record as text, for keys and ids: {@code TOPIC-PARTITION-OFFSET}. */
  public static String coordinates(Source source) {
    return source.getTopic() + "-" + source.getPartition() + "-" + source.getOffset();
  }

  /** The form on topics: {@code image/17}. */
  @Override
  public String toString() {
    return prefix(kind) + id;
  }

  private static String prefix(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT) + "/";
  }
}
