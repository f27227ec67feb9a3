package io.millrace.schemas.input;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
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
    return named(header).or(() -> detected(value));
  }

  private static Optional<ContentType> named(@Nullable String header) {
    if (header == null
        || !(MediaType.parse(header) instanceof Decoded.Valid<MediaType>(MediaType type))) {
      return Optional.empty();
    }
    return switch (type.name()) {
      case "image/png" -> Optional.of(PNG);
      case "image/jpeg", "image/jpg" -> Optional.of(JPEG);
      default ->
          type.isJson()
              ? Optional.of(JSON)
              : type.isAvro()
                  ? Optional.of(AVRO)
                  : type.isText() ? Optional.of(TEXT) : Optional.empty();
    };
  }

  private static Optional<ContentType> detected(byte[] value) {
    return ofSignature(value)
        .or(() ->
            TextDecoder.decode(value, null) instanceof Decoded.Valid<String>(String text)
                    && text.indexOf('\0') < 0
                ? Optional.of(looksLikeJson(text) ? JSON : TEXT)
                : Optional.empty());
  }

  /** The binary form that a value begins like; empty for text and JSON. */
  static Optional<ContentType> ofSignature(byte[] value) {
    if (startsWith(value, PNG_SIGNATURE)) {
      return Optional.of(PNG);
    }
    if (startsWith(value, (byte) 0xff, (byte) 0xd8, (byte) 0xff)) {
      return Optional.of(JPEG);
    }
    return AvroCodec.isSingleObject(value) ? Optional.of(AVRO) : Optional.empty();
  }

  private static boolean looksLikeJson(String text) {
    return JsonInputParser.parseTrimmed(text) instanceof Decoded.Valid<JsonNode>(JsonNode json)
        && json.isObject();
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
