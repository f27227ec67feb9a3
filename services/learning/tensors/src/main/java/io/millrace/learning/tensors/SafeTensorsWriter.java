package io.millrace.learning.tensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Writes the format: header length, JSON header padded to 8 bytes, elements. */
final class SafeTensorsWriter {

  private static final JsonFactory JSON = new JsonFactory();

  /** The elements begin at a multiple of this. */
  private static final int ALIGNMENT_BYTES = 8;

  /** Wider types first, then by name: the order of the reference implementation. */
  private static final Comparator<Map.Entry<String, TensorSpec>> FILE_ORDER =
      Comparator.comparing(
              (Map.Entry<String, TensorSpec> entry) -> -entry.getValue().type().sizeBytes())
          .thenComparing(Map.Entry::getKey);

  private SafeTensorsWriter() {}

  static byte[] write(SafeTensors content) {
    Map<String, TensorSpec> forms = new TreeMap<>();
    content.tensors().forEach((name, tensor) -> forms.put(name, tensor.spec()));
    byte[] opening = prefix(forms, content.metadata());
    long size = opening.length;
    for (TensorSpec form : forms.values()) {
      size += form.sizeBytes();
    }
    ByteBuffer file = ByteBuffer.allocate(Math.toIntExact(size)).put(opening);
    inFileOrder(forms)
        .forEach(entry -> {
          Tensor tensor = Objects.requireNonNull(content.tensors().get(entry.getKey()));
          file.put(tensor.bytes());
        });
    return file.array();
  }

  /** The bytes before the elements. */
  static byte[] prefix(Map<String, TensorSpec> forms, Map<String, String> metadata) {
    byte[] header = header(inFileOrder(forms), metadata);
    int padded = Math.ceilDiv(header.length, ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    ByteBuffer opening = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
    opening.putLong(padded).put(header);
    while (opening.hasRemaining()) {
      opening.put((byte) ' ');
    }
    return opening.array();
  }

  private static List<Map.Entry<String, TensorSpec>> inFileOrder(Map<String, TensorSpec> forms) {
    return forms.entrySet().stream().sorted(FILE_ORDER).toList();
  }

  private static byte[] header(
      List<Map.Entry<String, TensorSpec>> tensors, Map<String, String> metadata) {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(SafeTensors.METADATA);
        for (var entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      long begin = 0;
      for (var entry : tensors) {
        begin = describe(json, entry.getKey(), entry.getValue(), begin);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
    return bytes.toByteArray();
  }

  private static long describe(JsonGenerator json, String name, TensorSpec tensor, long begin)
      throws IOException {
    long end = begin + tensor.sizeBytes();
    json.writeObjectFieldStart(name);
    json.writeStringField("dtype", tensor.type().name());
    json.writeFieldName("shape");
    int[] shape = tensor.shape().stream().mapToInt(Integer::intValue).toArray();
    json.writeArray(shape, 0, shape.length);
    json.writeFieldName("data_offsets");
    json.writeArray(new long[] {begin, end}, 0, 2);
    json.writeEndObject();
    return end;
  }
}
