package io.millrace.console.views;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** What the answers have in common. */
public final class Json {
  private Json() {}

  /** An object without members. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Puts a number; null for NaN and infinity, which JSON does not have. */
  public static ObjectNode put(ObjectNode object, String name, @Nullable Double number) {
    return number == null || !Double.isFinite(number)
        ? object.putNull(name)
        : object.put(name, number);
  }

  /** A file as a data URL (RFC 2397). */
  public static String dataUrl(String mediaType, byte[] file) {
    return "data:" + mediaType + ";base64," + Base64.getEncoder().encodeToString(file);
  }
}
