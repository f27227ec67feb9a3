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

/** Writes the format: header length, JSON header padded to 8 bytes, elements. */
final class SafeTensorsWriter {

  private static final JsonFactory JSON = new JsonFactory();

  /** The elements begin at a multiple of this. */
  private static final int ALIGNMENT_BYTES = 8;

  /** Wider types first, then by name: the order of the reference implementation. */
  private static final Comparator<Map.Entry<String, Tensor>> FILE_ORDER =
      Comparator.comparing(
              (Map.Entry<String, Tensor> entry) -> -entry.getValue().type().sizeBytes())
          .thenComparing(Map.Entry::getKey);

  private SafeTensorsWriter() {}

  static byte[] write(SafeTensors content) {
    List<Map.Entry<String, Tensor>> tensors =
        content.tensors().entrySet().stream().sorted(FILE_ORDER).toList();
    byte[] header = header(tensors, content.metadata());
    int padded = Math.ceilDiv(header.length, ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    long size = Long.BYTES + (long) padded;
    for (var entry : tensors) {
      size += entry.getValue().bytes().length;
    }
    ByteBuffer file = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(padded).put(header);
    while (file.position() < Long.BYTES + padded) {
      file.put((byte) ' ');
    }
    tensors.forEach(entry -> file.put(entry.getValue().bytes()));
    return file.array();
  }

  private static byte[] header(
      List<Map.Entry<String, Tensor>> tensors, Map<String, String> metadata) {
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

  private static long describe(JsonGenerator json, String name, Tensor tensor, long begin)
      throws IOException {
    long end = begin + tensor.bytes().length;
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
