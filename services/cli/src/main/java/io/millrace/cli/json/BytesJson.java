package io.millrace.cli.json;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.schemas.ContentType;
import java.util.Base64;

/**
 * Shows bytes that are no text: {@code {"sizeBytes": 3, "base64": "AAEC"}}, with the content type
 * where the bytes tell it.
 *
 * @param whole whether the bytes themselves are shown, rather than their number alone
 */
public record BytesJson(boolean whole) {

  ObjectNode of(byte[] bytes) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    ContentType.of(null, bytes)
        .filter(type -> type == ContentType.PNG || type == ContentType.JPEG)
        .ifPresent(type -> object.put("contentType", type.mediaType()));
    object.put("sizeBytes", bytes.length);
    if (whole) {
      object.put("base64", Base64.getEncoder().encodeToString(bytes));
    }
    return object;
  }
}
