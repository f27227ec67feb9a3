package io.millrace.runtime.records;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.input.ContentType;
import java.util.Base64;

/**
 * Converts binary data to JSON: {@code {"sizeBytes": 3, "base64": "AAEC"}}, with the content type
 * of a PNG or JPEG file.
 *
 * @param includesContent whether the bytes are included, and not only their number
 */
public record BytesJson(boolean includesContent) {

  /** The JSON of some bytes. */
  public ObjectNode of(byte[] bytes) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    ContentType.of(null, bytes)
        .filter(type -> type == ContentType.PNG || type == ContentType.JPEG)
        .ifPresent(type -> object.put("contentType", type.mediaType()));
    object.put("sizeBytes", bytes.length);
    if (includesContent) {
      object.put("base64", Base64.getEncoder().encodeToString(bytes));
    }
    return object;
  }
}
