package io.millrace.learning.vision.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Encodes and decodes a list of strings as a JSON array. */
final class JsonStringArray {

  private static final JsonFactory JSON = new JsonFactory();

  private JsonStringArray() {}

  static String write(List<String> texts) {
    var json = new StringWriter();
    try (JsonGenerator generator = JSON.createGenerator(json)) {
      generator.writeStartArray();
      for (String text : texts) {
        generator.writeString(text);
      }
      generator.writeEndArray();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return json.toString();
  }

  /**
   * Decodes an array.
   *
   * @throws IllegalArgumentException if it is not a JSON array of strings
   */
  static List<String> read(String json) {
    List<String> texts = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(json)) {
      boolean sound = parser.nextToken() == JsonToken.START_ARRAY;
      while (sound && parser.nextToken() == JsonToken.VALUE_STRING) {
        texts.add(parser.getText());
      }
      if (!sound || parser.currentToken() != JsonToken.END_ARRAY || parser.nextToken() != null) {
        throw new IllegalArgumentException("not a JSON array of strings: " + json);
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("not a JSON array of strings: " + json, e);
    }
    return texts;
  }
}
