package io.millrace.console.inference;

import io.millrace.runtime.http.HttpStatusException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A tensor of a request.
 *
 * @param name as the request has it
 * @param shape whose size is the number of elements
 * @param content the elements, in row-major order
 */
record InputTensor(String name, TensorShape shape, Content content) {

  /** The elements of a tensor, by datatype. */
  sealed interface Content {

    /** {@code FP32}, or {@code FP64} rounded to it. */
    record Floats(float[] numbers) implements Content {}

    /** {@code BYTES}, as bytes. */
    record Bytes(List<byte[]> elements) implements Content {}

    /**
     * {@code BYTES} in JSON.
     *
     * @param isBase64 whether the parameter {@code content_type} says so
     */
    record Strings(List<String> elements, boolean isBase64) implements Content {}
  }

  /**
   * The elements as texts.
   *
   * @throws HttpStatusException 400 if the datatype is another, or they are not base64 as
   *     announced, or not UTF-8
   */
  List<String> texts() {
    return switch (content) {
      case Content.Strings(var elements, boolean isBase64) ->
          isBase64 ? utf8(decoded(elements)) : elements;
      case Content.Bytes(var elements) -> utf8(elements);
      case Content.Floats _ -> throw isNot("BYTES");
    };
  }

  /**
   * The elements as files. In JSON they are base64, whether a parameter says so or not: no file is
   * a text.
   *
   * @throws HttpStatusException 400 if the datatype is another, or they are not base64
   */
  List<byte[]> files() {
    return switch (content) {
      case Content.Strings(var elements, _) -> decoded(elements);
      case Content.Bytes(var elements) -> elements;
      case Content.Floats _ -> throw isNot("BYTES");
    };
  }

  private HttpStatusException isNot(String datatype) {
    return HttpStatusException.badRequest(
        "the datatype of " + name + " must be " + datatype + ", was FP32");
  }

  private List<String> utf8(List<byte[]> elements) {
    List<String> texts = new ArrayList<>(elements.size());
    for (byte[] element : elements) {
      try {
        texts.add(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(element)).toString());
      } catch (CharacterCodingException e) {
        throw HttpStatusException.badRequest(
            "element %d of %s is not UTF-8".formatted(texts.size(), name));
      }
    }
    return texts;
  }

  /** Line breaks are no part of the data: Python's {@code encodebytes} writes some. */
  private static byte[] base64(String element) {
    return Base64.getDecoder().decode(element.replace("\n", "").replace("\r", ""));
  }

  private List<byte[]> decoded(List<String> elements) {
    try {
      return elements.stream().map(InputTensor::base64).toList();
    } catch (IllegalArgumentException e) {
      throw HttpStatusException.badRequest(
          "the elements of %s are not base64: %s".formatted(name, e.getMessage()));
    }
  }
}
