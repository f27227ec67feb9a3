package io.millrace.console.inference;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.runtime.http.HttpStatusException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads the members of an object from a parser; refuses what has another form with status 400. */
final class JsonMembers {

  private JsonMembers() {}

  /**
   * Goes on to the value of the next member that is not null.
   *
   * @return false at the end of the object
   */
  static boolean next(JsonParser json) throws IOException {
    while (json.nextToken() != JsonToken.END_OBJECT) {
      if (json.nextToken() != JsonToken.VALUE_NULL) {
        return true;
      }
    }
    return false;
  }

  /**
   * Requires the present token.
   *
   * @param what what it is, for the message
   * @param form what it must be, for the message
   */
  static void expect(JsonParser json, JsonToken expected, String what, String form) {
    @Nullable JsonToken token = json.currentToken();
    if (token != expected) {
      throw HttpStatusException.badRequest(what + " must be " + form);
    }
  }

  /** The present value, which must be a string. */
  static String string(JsonParser json, String what) throws IOException {
    expect(json, JsonToken.VALUE_STRING, what, "a string");
    return json.getText();
  }

  /** The present value, which must be true or false. */
  static boolean bool(JsonParser json, String what) {
    JsonToken value = json.currentToken();
    if (value != JsonToken.VALUE_TRUE && value != JsonToken.VALUE_FALSE) {
      throw HttpStatusException.badRequest(what + " must be true or false");
    }
    return value == JsonToken.VALUE_TRUE;
  }
}
