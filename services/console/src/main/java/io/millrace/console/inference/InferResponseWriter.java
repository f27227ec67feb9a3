package io.millrace.console.inference;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpStatusException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes the answer to a request for inference: JSON, followed by the tensors that are asked for as
 * binary. Numbers are written so that they are read again as the same ones.
 */
final class InferResponseWriter {

  private static final JsonFactory JSON = new JsonFactory();

  private InferResponseWriter() {}

  /** The body of a response. Too much is refused as it comes, before the heap is full of it. */
  private static final class Body extends ByteArrayOutputStream {

    private final int maxBytes;

    private Body(int maxBytes) {
      this.maxBytes = maxBytes;
    }

    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
      if (length > maxBytes - count) {
        throw HttpStatusException.badRequest(
            "the answer would have more than %d bytes (four times console.body.max.bytes): ask"
                    .formatted(maxBytes)
                + " for fewer outputs, or send less at once");
      }
      super.write(bytes, from, length);
    }
  }

  /**
   * The response.
   *
   * @throws HttpStatusException 400 if it would have more bytes
   */
  static HttpResponse write(InferRequest request, InferAnswer answer, int maxBytes) {
    List<InferRequest.Output> wanted =
        request.outputs().isEmpty() ? all(answer) : request.outputs();
    var body = new Body(maxBytes);
    List<byte[]> binary = new ArrayList<>();
    try (JsonGenerator json = JSON.createGenerator(body)) {
      json.writeStartObject();
      json.writeStringField("model_name", answer.version().model());
      json.writeStringField("model_version", Long.toString(answer.version().number()));
      if (request.id().isPresent()) {
        json.writeStringField("id", request.id().get());
      }
      json.writeArrayFieldStart("outputs");
      for (InferRequest.Output output : wanted) {
        boolean isBinary = output.isBinary().orElse(request.binaryOutput());
        write(json, answer.output(output.name()), isBinary, binary);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // To an array nothing fails to be written.
    }
    return binary.isEmpty() ? HttpResponse.json(200, body.toByteArray()) : withBinary(body, binary);
  }

  private static List<InferRequest.Output> all(InferAnswer answer) {
    return answer.outputs().stream()
        .map(it -> new InferRequest.Output(it.name(), Optional.empty()))
        .toList();
  }

  private static HttpResponse withBinary(Body body, List<byte[]> binary) {
    String jsonBytes = Integer.toString(body.size());
    binary.forEach(body::writeBytes);
    return HttpResponse.of(200, "application/octet-stream", body.toByteArray())
        .with("Inference-Header-Content-Length", jsonBytes);
  }

  private static void write(
      JsonGenerator json, OutputTensor tensor, boolean isBinary, List<byte[]> binary)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("name", tensor.name());
    json.writeArrayFieldStart("shape");
    for (int extent : tensor.shape().extents()) {
      json.writeNumber(extent);
    }
    json.writeEndArray();
    json.writeStringField("datatype", tensor.datatype());
    if (isBinary) {
      byte[] bytes = bytes(tensor);
      binary.add(bytes);
      json.writeObjectFieldStart("parameters");
      json.writeNumberField("binary_data_size", bytes.length);
      json.writeEndObject();
    } else {
      json.writeArrayFieldStart("data");
      data(json, tensor);
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static void data(JsonGenerator json, OutputTensor tensor) throws IOException {
    switch (tensor) {
      case OutputTensor.Floats floats -> {
        int to = floats.offset() + floats.shape().size();
        for (int i = floats.offset(); i < to; i++) {
          json.writeNumber(floats.numbers()[i]);
        }
      }
      case OutputTensor.Doubles doubles -> {
        for (double number : doubles.numbers()) {
          json.writeNumber(number);
        }
      }
      case OutputTensor.Texts texts -> {
        for (String text : texts.elements()) {
          json.writeString(text);
        }
      }
    }
  }

  private static byte[] bytes(OutputTensor tensor) {
    return switch (tensor) {
      case OutputTensor.Floats floats -> {
        ByteBuffer bytes = buffer(Float.BYTES * floats.shape().size());
        bytes.asFloatBuffer().put(floats.numbers(), floats.offset(), floats.shape().size());
        yield bytes.array();
      }
      case OutputTensor.Doubles doubles -> {
        ByteBuffer bytes = buffer(Double.BYTES * doubles.numbers().length);
        bytes.asDoubleBuffer().put(doubles.numbers());
        yield bytes.array();
      }
      case OutputTensor.Texts texts -> {
        List<byte[]> utf8 =
            texts.elements().stream().map(it -> it.getBytes(StandardCharsets.UTF_8)).toList();
        ByteBuffer bytes = buffer(utf8.stream().mapToInt(it -> Integer.BYTES + it.length).sum());
        utf8.forEach(it -> bytes.putInt(it.length).put(it));
        yield bytes.array();
      }
    };
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
