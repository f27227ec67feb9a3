package io.millrace.console.inference;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.millrace.runtime.http.HttpStatusException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The elements of a tensor in JSON: all of them numbers, or all strings; one flat array, or nested
 * arrays that have its shape. No more are read than {@link Bounds} allow.
 */
final class JsonElements {

  private static final int MAX_DEPTH = 8;

  private static final int FIRST_FLOATS = 1024;

  /** How many elements are read: as the limits have it, and the shape if it has come already. */
  record Bounds(String name, @Nullable TensorShape shape, int size, InferenceLimits limits) {

    void check(int numbers, int strings) {
      if (shape != null && numbers + strings > size) {
        throw shape.mismatch(name, "more");
      }
      if (strings > limits.maxQueued()) {
        throw limits.tooManyStrings();
      }
      if (numbers > limits.maxNumbers()) {
        throw HttpStatusException.badRequest(
            "%s may have %d numbers (a quarter of console.body.max.bytes), has more"
                .formatted(name, limits.maxNumbers()));
      }
    }
  }

  private final Bounds bounds;
  private float[] floats = new float[0];
  private int numbers;
  private final List<String> texts = new ArrayList<>();

  /** The length of the arrays at each depth, which is that of the first one there. */
  private final List<Integer> lengths = new ArrayList<>();

  /** How deep the elements are; -1 before the first. */
  private int elementDepth = -1;

  private boolean isRectangular = true;

  private JsonElements(Bounds bounds) {
    this.bounds = bounds;
  }

  static JsonElements read(JsonParser json, String what, Bounds bounds) throws IOException {
    JsonMembers.expect(json, JsonToken.START_ARRAY, what, "an array");
    var elements = new JsonElements(bounds);
    elements.array(json, 0, what);
    return elements;
  }

  private void array(JsonParser json, int depth, String what) throws IOException {
    if (depth == MAX_DEPTH) {
      throw HttpStatusException.badRequest(what + " is nested more than " + MAX_DEPTH + " times");
    }
    if (lengths.size() == depth) {
      lengths.add(-1);
    }
    int length = 0;
    for (JsonToken token = json.nextToken();
        token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      length++;
      if (token == JsonToken.START_ARRAY) {
        array(json, depth + 1, what);
      } else if (token == JsonToken.VALUE_STRING) {
        bounds.check(numbers, texts.size() + 1);
        texts.add(json.getText());
        isRectangular &= isAsDeep(depth);
      } else if (token.isNumeric()) {
        bounds.check(numbers + 1, texts.size());
        add(json.getFloatValue());
        isRectangular &= isAsDeep(depth);
      } else {
        throw HttpStatusException.badRequest(
            what + " must have numbers, or strings; it has " + json.getText());
      }
    }
    int expected = lengths.get(depth);
    isRectangular &= expected < 0 || expected == length;
    lengths.set(depth, length);
  }

  private boolean isAsDeep(int depth) {
    elementDepth = elementDepth < 0 ? depth : elementDepth;
    return elementDepth == depth;
  }

  private void add(float number) {
    if (numbers == floats.length) {
      floats = Arrays.copyOf(floats, Math.max(FIRST_FLOATS, numbers + numbers / 2));
    }
    floats[numbers++] = number;
  }

  void check(String name, TensorShape shape) {
    int count = numbers + texts.size();
    if (count != shape.size()) {
      throw shape.mismatch(name, count + " elements");
    }
    boolean fits = isRectangular && (lengths.size() == 1 || lengths.equals(shape.extents()));
    if (!fits) {
      throw HttpStatusException.badRequest(
          "the data of %s must be one flat array, or nested arrays of the shape %s"
              .formatted(name, shape));
    }
  }

  float[] numbers(String name) {
    if (!texts.isEmpty()) {
      throw HttpStatusException.badRequest(
          "the data of " + name + " must be numbers for FP32 and FP64");
    }
    return numbers == floats.length ? floats : Arrays.copyOf(floats, numbers);
  }

  List<String> strings(String name) {
    if (numbers > 0) {
      throw HttpStatusException.badRequest("the data of " + name + " must be strings for BYTES");
    }
    return texts;
  }
}
