package io.millrace.schemas.input;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.input.foreign.FileFormat;
import java.nio.charset.Charset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a value holds: what its content type says or, where that says nothing, what the
 * bytes show. In this order: an image file by its signature, Avro by its marker, text by its byte
 * order mark, Confluent's wire format by its zero byte, JSON if the text parses as one object, else
 * plain text.
 */
final class ContentReader {

  private static final String CLOUD_EVENTS = "application/cloudevents";

  private final NearJson nearJson;
  private final ConfluentDecoder confluent;
  private final CloudEvent cloudEvent = new CloudEvent(this);

  ContentReader(NearJson nearJson, ConfluentDecoder confluent) {
    this.nearJson = nearJson;
    this.confluent = confluent;
  }

  /**
   * Reads a value.
   *
   * @param contentType the {@code content-type} header, or null
   * @return invalid, with the reason, if it is certain that nobody can use it
   */
  Decoded<Content> read(@Nullable String contentType, byte[] value) {
    return read(contentType, value, true);
  }

  /** Reads the data of a CloudEvent, which are no CloudEvent again. */
  Decoded<Content> readData(@Nullable String contentType, byte[] value) {
    return read(contentType, value, false);
  }

  private Decoded<Content> read(
      @Nullable String contentType, byte[] value, boolean isCloudEventAllowed) {
    if (contentType == null || contentType.isBlank()) {
      return detect(value);
    }
    return MediaType.parse(contentType)
        .flatMap(type -> {
          if (type.name().startsWith(CLOUD_EVENTS) && !isCloudEventAllowed) {
            return Decoded.invalid("a CloudEvent inside a CloudEvent");
          }
          return read(type, value);
        });
  }

  private Decoded<Content> read(MediaType type, byte[] value) {
    if (type.isAny()) {
      return detect(value);
    }
    if (type.name().startsWith("image/")) {
      return Decoded.valid(new Content.ImageFile(value, type.name()));
    }
    if (type.name().startsWith(CLOUD_EVENTS)) {
      return cloudEvent(type, value);
    }
    if ((type.isJson() || type.isAvro()) && ConfluentDecoder.isConfluent(value)) {
      return confluent.decode(value);
    }
    if (type.isJson()) {
      return TextDecoder.decode(value, type.charset()).flatMap(ContentReader::json);
    }
    if (type.isAvro()) {
      return Decoded.valid(new Content.SingleObject(value));
    }
    if (type.isText()) {
      return text(value, type.charset()).map(text -> new Content.Text(text, true));
    }
    return Decoded.invalid(
        ("the content type %s is not read: send text, JSON, Avro or an image, and its content type"
                + " or none")
            .formatted(type.name()));
  }

  private Decoded<Content> cloudEvent(MediaType type, byte[] value) {
    if (!type.name().equals(CLOUD_EVENTS + "+json")) {
      return Decoded.invalid(
          type.name().startsWith(CLOUD_EVENTS + "-batch")
              ? "a batch of CloudEvents (%s): send each event in a record of its own"
                  .formatted(type.name())
              : "CloudEvents are read in JSON (application/cloudevents+json), not as "
                  + type.name());
    }
    return TextDecoder.decode(value, type.charset())
        .flatMap(JsonInputParser::parse)
        .flatMap(json ->
            json.isObject()
                ? cloudEvent.open(json)
                : Decoded.invalid("a CloudEvent must be a JSON object"));
  }

  private static Decoded<Content> json(String text) {
    return switch (JsonInputParser.parseTrimmed(text)) {
      case Decoded.Valid<JsonNode>(JsonNode json) ->
          Decoded.valid(new Content.JsonValue(json, false));
      case Decoded.Invalid<JsonNode>(String reason) ->
          Decoded.invalid(
              "not JSON (%s): send valid JSON, or text/plain as content type".formatted(reason));
    };
  }

  private Decoded<Content> detect(byte[] value) {
    Optional<ContentType> signature = ContentType.ofSignature(value);
    if (signature.isPresent()) {
      return Decoded.valid(
          signature.get() == ContentType.AVRO
              ? new Content.SingleObject(value)
              : new Content.ImageFile(value, signature.get().mediaType()));
    }
    if (ConfluentDecoder.isConfluent(value)) {
      return confluent.decode(value);
    }
    return switch (text(value, null)) {
      case Decoded.Invalid<String>(String reason) -> Decoded.valid(new Content.Unknown(reason));
      case Decoded.Valid<String>(String text) -> readText(text);
    };
  }

  private static Decoded<String> text(byte[] value, @Nullable Charset charset) {
    // In UTF-16 and UTF-32 the same bytes are characters.
    boolean isWide = charset != null && charset.name().matches("UTF-(?:16|32).*");
    return (isWide ? Optional.<String>empty() : FileFormat.problem(value))
        .map(Decoded::<String>invalid)
        .orElseGet(() -> TextDecoder.decode(value, charset).flatMap(TextDecoder::withoutControl));
  }

  private Decoded<Content> readText(String text) {
    // Prose would only be parsed for an error message that nobody reads.
    if (LabelNormalizer.firstAfterSpace(text) == '{'
        && JsonInputParser.parseTrimmed(text) instanceof Decoded.Valid<JsonNode>(JsonNode json)
        && json.isObject()) {
      return CloudEvent.isCloudEvent(json)
          ? cloudEvent.open(json)
          : Decoded.valid(new Content.JsonValue(json, false));
    }
    return prose(text);
  }

  /** Text that nobody has declared to be text, and that is no JSON object. */
  Decoded<Content> prose(String text) {
    return nearJson
        .problem(text)
        .map(Decoded::<Content>invalid)
        .orElseGet(() -> Decoded.valid(new Content.Text(TextDecoder.withoutMark(text), false)));
  }
}
