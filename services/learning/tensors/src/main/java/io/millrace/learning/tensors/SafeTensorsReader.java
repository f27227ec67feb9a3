package io.millrace.learning.tensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the format as strictly as its reference implementation: the header is one JSON object
 * without repeated names, and the tensors lie side by side, without gap or overlap, from the first
 * byte after the header to the last of the file.
 */
final class SafeTensorsReader {

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** The longest header that the reference implementation accepts. */
  private static final long MAX_HEADER_BYTES = 100_000_000;

  private static final int MAX_DIMENSIONS = 16;

  /** A tensor as the header describes it, offsets counted from the header's end. */
  private record HeaderEntry(
      String name, ElementType type, List<Integer> shape, long begin, long end) {}

  private final TreeMap<String, String> metadata = new TreeMap<>();
  private final List<HeaderEntry> entries = new ArrayList<>();

  private SafeTensorsReader() {}

  static SafeTensors read(byte[] file) {
    if (file.length == 0) {
      throw new SafeTensorsException("the file is empty");
    }
    long headerBytes =
        file.length < Long.BYTES
            ? Long.MAX_VALUE
            : ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (headerBytes < 0 || headerBytes > Math.min(MAX_HEADER_BYTES, file.length - Long.BYTES)) {
      throw noHeader(file, headerBytes);
    }
    var reader = new SafeTensorsReader();
    try (JsonParser json = JSON.createParser(file, Long.BYTES, (int) headerBytes)) {
      reader.header(json);
    } catch (JsonProcessingException e) {
      throw new SafeTensorsException("the header is not valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new SafeTensorsException("the header is not UTF-8", e);
    }
    return reader.content(file, Long.BYTES + (int) headerBytes);
  }

  private static SafeTensorsException noHeader(byte[] file, long headerBytes) {
    Optional<String> kind = ForeignFile.describe(file);
    if (kind.isPresent()) {
      return new SafeTensorsException("not a safetensors file, but " + kind.get());
    }
    boolean header = file.length > Long.BYTES && file[Long.BYTES] == '{';
    return new SafeTensorsException(
        header && headerBytes > 0 && headerBytes <= MAX_HEADER_BYTES
            ? "the file is cut off: it ends within its header, after %d of %d bytes; copy or download it again"
                .formatted(file.length - Long.BYTES, headerBytes)
            : "not a safetensors file: it does not begin with the length of a header");
  }

  private SafeTensors content(byte[] file, int start) {
    entries.sort(Comparator.comparingLong(HeaderEntry::begin).thenComparingLong(HeaderEntry::end));
    var tensors = new TreeMap<String, Tensor>();
    long reached = 0;
    for (HeaderEntry next : entries) {
      if (next.begin() != reached) {
        throw new SafeTensorsException(
            "the tensor " + next.name() + " begins at " + next.begin() + ", not at " + reached);
      }
      reached = next.end();
      if (start + reached > file.length) {
        long end = start + entries.stream().mapToLong(HeaderEntry::end).max().orElse(0);
        throw new SafeTensorsException(
            "the file is cut off: it has %d of %d bytes, and the tensor %s ends beyond it; copy or download it again"
                .formatted(file.length, end, next.name()));
      }
      byte[] bytes = Arrays.copyOfRange(file, start + (int) next.begin(), start + (int) next.end());
      tensors.put(next.name(), new Tensor(next.type(), next.shape(), bytes));
    }
    if (start + reached != file.length) {
      throw new SafeTensorsException(
          (file.length - start - reached) + " bytes at the end belong to no tensor");
    }
    return new SafeTensors(tensors, metadata);
  }

  private void header(JsonParser json) throws IOException {
    expect(json.nextToken(), JsonToken.START_OBJECT, "the header");
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      expect(json.nextToken(), JsonToken.START_OBJECT, name);
      if (name.equals(SafeTensors.METADATA)) {
        metadata(json);
      } else {
        entries.add(tensor(json, name));
      }
    }
    if (json.nextToken() != null) {
      throw new SafeTensorsException("the header has more than one JSON object");
    }
  }

  private void metadata(JsonParser json) throws IOException {
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      expect(json.nextToken(), JsonToken.VALUE_STRING, "the metadata's " + name);
      metadata.put(name, json.getText());
    }
  }

  private static HeaderEntry tensor(JsonParser json, String name) throws IOException {
    ElementType type = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      JsonToken value = json.nextToken();
      switch (field) {
        case "dtype" -> {
          expect(value, JsonToken.VALUE_STRING, name + "'s dtype");
          type = type(name, json.getText());
        }
        case "shape" -> shape = numbers(json, name + "'s shape");
        case "data_offsets" -> offsets = numbers(json, name + "'s data_offsets");
        default -> throw new SafeTensorsException(name + " has an unknown field " + field);
      }
    }
    return checked(name, type, shape, offsets);
  }

  private static HeaderEntry checked(
      String name,
      @Nullable ElementType type,
      @Nullable List<Long> shape,
      @Nullable List<Long> offsets) {
    if (type == null || shape == null || offsets == null || offsets.size() != 2) {
      throw new SafeTensorsException(name + " needs dtype, shape and two data_offsets");
    }
    if (shape.stream().anyMatch(extent -> extent > Integer.MAX_VALUE)) {
      throw new SafeTensorsException(name + "'s shape is too large: " + shape);
    }
    List<Integer> extents = shape.stream().map(Long::intValue).toList();
    long begin = offsets.get(0);
    long end = offsets.get(1);
    if (begin > end || end - begin != size(name, type, extents)) {
      throw new SafeTensorsException(
          name + "'s data_offsets " + offsets + " do not fit its shape " + type + shape);
    }
    return new HeaderEntry(name, type, extents, begin, end);
  }

  private static long size(String name, ElementType type, List<Integer> shape) {
    try {
      return Tensor.sizeBytes(type, shape);
    } catch (IllegalArgumentException e) {
      throw new SafeTensorsException(name + ": " + e.getMessage(), e);
    }
  }

  private static ElementType type(String name, String dtype) {
    return Arrays.stream(ElementType.values())
        .filter(type -> type.name().equals(dtype))
        .findFirst()
        .orElseThrow(() -> new SafeTensorsException(name + "'s dtype is not supported: " + dtype));
  }

  private static List<Long> numbers(JsonParser json, String what) throws IOException {
    expect(json.currentToken(), JsonToken.START_ARRAY, what);
    List<Long> numbers = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, what);
      long number = json.getLongValue();
      if (number < 0 || numbers.size() == MAX_DIMENSIONS) {
        throw new SafeTensorsException(
            what + " has a negative number or more than " + MAX_DIMENSIONS + " numbers");
      }
      numbers.add(number);
    }
    return numbers;
  }

  private static void expect(@Nullable JsonToken actual, JsonToken expected, String what) {
    if (actual != expected) {
      throw new SafeTensorsException(what + " must be " + expected.name() + ", was " + actual);
    }
  }
}
