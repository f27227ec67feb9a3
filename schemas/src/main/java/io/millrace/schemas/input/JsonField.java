package io.millrace.schemas.input;

import com.fasterxml.jackson.core.JsonPointer;

/**
 * Where a value lies in JSON records.
 *
 * @param setting the name of the setting
 * @param pointer where (RFC 6901)
 * @param isSet whether it is another place than the setting's default
 */
public record JsonField(String setting, JsonPointer pointer, boolean isSet) {

  /**
   * Parses the value of a setting.
   *
   * @param value a JSON Pointer, such as {@code /payload/after/body}
   * @param standard the setting's default
   * @throws IllegalArgumentException if it is no JSON Pointer; the message names the setting
   */
  public static JsonField of(String setting, String value, String standard) {
    if (!value.startsWith("/") || value.replaceAll("~[01]", "").contains("~")) {
      throw new IllegalArgumentException(
          ("%s must be a JSON Pointer (RFC 6901) such as /payload/after/body, in which ~0 stands"
                  + " for ~ and ~1 for /, was '%s'")
              .formatted(setting, value));
    }
    return new JsonField(setting, JsonPointer.compile(value), !value.equals(standard));
  }

  /** The setting and its value, for messages. */
  @Override
  public String toString() {
    return setting + "=" + pointer;
  }
}
