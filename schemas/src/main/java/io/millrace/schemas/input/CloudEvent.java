package io.millrace.schemas.input;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.schemas.Decoded;
import java.util.Base64;
import java.util.stream.Stream;

/**
 * Takes the data out of a CloudEvent in structured mode (CloudEvents 1.0, JSON event format). What
 * its attributes say about the event is not used, but for the data's content type.
 */
final class CloudEvent {

  private final ContentReader reader;

  /**
   * An opener.
   *
   * @param reader of the data
   */
  CloudEvent(ContentReader reader) {
    this.reader = reader;
  }

  /** Whether a JSON object has the attributes that every CloudEvent has. */
  static boolean isCloudEvent(JsonNode json) {
    return Stream.of("specversion", "id", "source", "type")
        .allMatch(name -> json.path(name).isTextual());
  }

  /** What the event's data hold. */
  Decoded<Content> open(JsonNode event) {
    String version = event.path("specversion").textValue();
    if (version == null) {
      return Decoded.invalid("a CloudEvent needs the attribute specversion, a string such as 1.0");
    }
    if (!version.startsWith("1.")) {
      return Decoded.invalid("CloudEvents %s: only 1.0 is read".formatted(version));
    }
    JsonNode base64 = event.path("data_base64");
    JsonNode data = event.path("data");
    if (base64.isMissingNode() == (data.isMissingNode() || data.isNull())) {
      return Decoded.invalid("a CloudEvent needs either data or data_base64, and not both");
    }
    String type = event.path("datacontenttype").textValue();
    if (!base64.isMissingNode()) {
      return bytes(base64).flatMap(bytes -> reader.readData(type, bytes));
    }
    if (type == null) {
      return data(event, data);
    }
    return MediaType.parse(type)
        .flatMap(media -> {
          if (media.isJson()) {
            return data(event, data);
          }
          if (!media.isText()) {
            return Decoded.invalid(
                "a CloudEvent's data of the type %s must be in data_base64"
                    .formatted(media.name()));
          }
          return data.isTextual()
              ? Decoded.valid(new Content.Text(TextDecoder.withoutMark(data.asText()), true))
              : Decoded.invalid(
                  "a CloudEvent's data of the type %s must be a string".formatted(media.name()));
        });
  }

  private Decoded<Content> data(JsonNode event, JsonNode data) {
    if (!data.isTextual()) {
      return Decoded.valid(new Content.JsonValue(event, true));
    }
    // A string is a JSON value; it is not read as one again.
    return JsonInputParser.parse(data.asText()) instanceof Decoded.Valid<JsonNode>(JsonNode twice)
            && twice.isObject()
        ? Decoded.invalid("the CloudEvent's data are JSON encoded twice: send the object itself")
        : reader.prose(data.asText());
  }

  private static Decoded<byte[]> bytes(JsonNode base64) {
    String text = base64.textValue();
    if (text == null || text.isEmpty()) {
      return Decoded.invalid("the CloudEvent's data_base64 is no string, or empty");
    }
    try {
      return Decoded.valid(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException e) {
      return Decoded.invalid("the CloudEvent's data_base64 is not base64: " + e.getMessage());
    }
  }
}
