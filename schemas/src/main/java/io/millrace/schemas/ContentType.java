package io.millrace.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The form of a record's value: that of the {@code content-type} header if it has a known one, else
 * detected from the first bytes: PNG (RFC 2083, section 3.1), JPEG (ITU T.81, B.1.1.3), Avro's
 * single-object encoding (Avro specification, "Single-object encoding"), JSON (an object or array
 * in valid UTF-8), plain text (any other valid UTF-8 without the character NUL; mails and news hold
 * all other control characters).
 */
public enum ContentType {
  PNG("image/png"),
  JPEG("image/jpeg"),
  AVRO("application/avro"),
  JSON("application/json"),
  TEXT("text/plain");

  private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  private static final char REPLACEMENT = '\ufffd';

  private final String mediaType;

  ContentType(String mediaType) {
    this.mediaType = mediaType;
  }

  /** The media type, as written into headers. */
  public String mediaType() {
    return mediaType;
  }

  /**
   * Determines the form of a value.
   *
   * @param header the {@code content-type} header, parameters and all, or null
   * @return empty if neither header nor bytes are of a known form
   */
  public static Optional<ContentType> of(@Nullable String header, byte[] value) {
    return named(header).or(() -> sniffed(value));
  }

  private static Optional<ContentType> named(@Nullable String header) {
    if (header == null) {
      return Optional.empty();
    }
    String type = header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return switch (type) {
      case "image/png" -> Optional.of(PNG);
      case "image/jpeg", "image/jpg" -> Optional.of(JPEG);
      case "application/avro", "avro/binary", "application/vnd.apache.avro+binary" ->
          Optional.of(AVRO);
      case "text/plain" -> Optional.of(TEXT);
      default ->
          type.equals("application/json") || type.endsWith("+json")
              ? Optional.of(JSON)
              : Optional.empty();
    };
  }

  private static Optional<ContentType> sniffed(byte[] value) {
    if (startsWith(value, PNG_SIGNATURE)) {
      return Optional.of(PNG);
    }
    if (startsWith(value, (byte) 0xff, (byte) 0xd8, (byte) 0xff)) {
      return Optional.of(JPEG);
    }
    if (AvroCodec.isSingleObject(value)) {
      return Optional.of(AVRO);
    }
    return text(value).map(text -> looksLikeJson(text) ? JSON : TEXT);
  }

  /** The value as text, if it is valid UTF-8 without the character NUL. */
  static Optional<String> text(byte[] value) {
    return utf8(value).filter(text -> text.indexOf('\0') < 0);
  }

  /** The value decoded, if it is valid UTF-8 (RFC 3629). */
  static Optional<String> utf8(byte[] value) {
    // Much faster than a decoder that reports errors. Malformed bytes become U+FFFD: a text without
    // that character is valid.
    String text = new String(value, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) < 0) {
      return Optional.of(text);
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static boolean looksLikeJson(String text) {
    return text.stripLeading().startsWith("{")
        && Json.parse(text) instanceof Decoded.Valid<JsonNode>;
  }

  private static boolean startsWith(byte[] value, byte... start) {
    if (value.length < start.length) {
      return false;
    }
    for (int i = 0; i < start.length; i++) {
      if (value[i] != start[i]) {
        return false;
      }
    }
    return true;
  }
}
