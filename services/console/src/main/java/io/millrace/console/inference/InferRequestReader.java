package io.millrace.console.inference;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.millrace.console.inference.InputTensor.Content;
import io.millrace.console.parts.JsonProblem;
import io.millrace.runtime.http.HttpStatusException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a request for inference: the protocol's JSON, whose members may come in any
 * order, and what follows it by the binary tensor extension. What the protocol leaves open:
 *
 * <ul>
 *   <li>Members and parameters that are not known, or null, are ignored.
 *   <li>The elements of a tensor are one flat array, or nested arrays that have its shape.
 *   <li>Nothing is allocated because a shape announces it: elements are counted as they come, and
 *       no more are read than the shape and the limits allow.
 * </ul>
 *
 * O(bytes of the body). For one request, on one thread.
 */
final class InferRequestReader {

  /** The fast parser rounds as Java does. */
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();

  /** Models take one; whoever sends others is told their names. */
  private static final int MAX_INPUTS = 16;

  /** The members that mean something. */
  private static final Set<String> MEMBERS =
      Set.of("id", "parameters", "inputs", "outputs", "name", "datatype", "shape", "data");

  private final byte[] body;
  private final int jsonBytes;
  private final InferenceLimits limits;
  private int binaryAt;

  private InferRequestReader(byte[] body, int jsonBytes, InferenceLimits limits) {
    this.body = body;
    this.jsonBytes = jsonBytes;
    this.limits = limits;
    this.binaryAt = jsonBytes;
  }

  /**
   * Reads a body.
   *
   * @param headerLength the value of {@code Inference-Header-Content-Length}; empty for a body that
   *     is JSON alone
   * @param limits of its elements
   * @throws HttpStatusException 400 if it is not a request, or has more elements
   */
  static InferRequest read(byte[] body, Optional<String> headerLength, InferenceLimits limits) {
    int jsonBytes = headerLength.map(it -> jsonBytes(it, body.length)).orElse(body.length);
    try (JsonParser json = JSON.createParser(body, 0, jsonBytes)) {
      return new InferRequestReader(body, jsonBytes, limits).request(json);
    } catch (JsonProcessingException e) {
      throw HttpStatusException.badRequest(JsonProblem.of(e));
    } catch (IOException e) {
      // Bytes that look like another encoding of Unicode, and are no text in it.
      throw HttpStatusException.badRequest("the body is not JSON in UTF-8: " + e.getMessage());
    }
  }

  private static int jsonBytes(String header, int bodyBytes) {
    try {
      int bytes = Integer.parseInt(header.strip());
      if (bytes >= 0 && bytes <= bodyBytes) {
        return bytes;
      }
    } catch (NumberFormatException e) {
      // Refused below, like any other wrong number.
    }
    throw HttpStatusException.badRequest(
        "Inference-Header-Content-Length must be from 0 to the %d bytes of the body, was %s"
            .formatted(bodyBytes, header));
  }

  private InferRequest request(JsonParser json) throws IOException {
    json.nextToken();
    JsonMembers.expect(json, JsonToken.START_OBJECT, "the body", "an object with inputs");
    @Nullable String id = null;
    List<InputTensor> inputs = List.of();
    List<InferRequest.Output> outputs = List.of();
    boolean binaryOutput = false;
    var seen = new HashSet<String>();
    while (JsonMembers.next(json)) {
      once(seen, json.currentName(), "the request");
      switch (json.currentName()) {
        case "id" -> id = JsonMembers.string(json, "id");
        case "inputs" -> inputs = inputs(json);
        case "outputs" -> outputs = outputs(json);
        case "parameters" -> binaryOutput = parameters(json, "the request").binaryOutput;
        default -> json.skipChildren();
      }
    }
    if (json.nextToken() != null) {
      throw HttpStatusException.badRequest("there is more than one JSON object in the body");
    }
    if (inputs.isEmpty()) {
      throw HttpStatusException.badRequest("the request has no inputs");
    }
    if (binaryAt != body.length) {
      throw HttpStatusException.badRequest(
          "%d bytes follow the JSON, and binary_data_size of the inputs names %d of them"
              .formatted(body.length - jsonBytes, binaryAt - jsonBytes));
    }
    return new InferRequest(Optional.ofNullable(id), inputs, outputs, binaryOutput);
  }

  /** Which of two members of a name is meant, nobody can know (RFC 8259, section 4). */
  private static void once(Set<String> seen, String member, String of) {
    if (MEMBERS.contains(member) && !seen.add(member)) {
      throw HttpStatusException.badRequest(of + " has the member " + member + " twice: send one");
    }
  }

  private List<InputTensor> inputs(JsonParser json) throws IOException {
    JsonMembers.expect(json, JsonToken.START_ARRAY, "inputs", "an array");
    List<InputTensor> inputs = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (inputs.size() == MAX_INPUTS) {
        throw HttpStatusException.badRequest(
            "a request has at most %d inputs".formatted(MAX_INPUTS));
      }
      inputs.add(input(json));
    }
    return inputs;
  }

  private InputTensor input(JsonParser json) throws IOException {
    JsonMembers.expect(json, JsonToken.START_OBJECT, "an input", "an object");
    @Nullable String name = null;
    @Nullable String datatype = null;
    @Nullable TensorShape shape = null;
    @Nullable JsonElements elements = null;
    Parameters parameters = Parameters.NONE;
    var seen = new HashSet<String>();
    while (JsonMembers.next(json)) {
      String member = json.currentName();
      String input = name == null ? "an input" : name;
      once(seen, member, input);
      String what = "the member " + member + " of " + input;
      switch (member) {
        case "name" -> name = JsonMembers.string(json, what);
        case "datatype" -> datatype = JsonMembers.string(json, what);
        case "shape" -> shape = TensorShape.of(input, extents(json, what));
        case "data" -> elements = JsonElements.read(json, what, bounds(input, shape));
        case "parameters" -> parameters = parameters(json, input);
        default -> json.skipChildren();
      }
    }
    if (name == null || datatype == null || shape == null) {
      throw HttpStatusException.badRequest("an input needs name, shape and datatype");
    }
    return new InputTensor(name, shape, content(name, datatype, shape, elements, parameters));
  }

  private JsonElements.Bounds bounds(String name, @Nullable TensorShape shape) {
    int size = shape == null ? Integer.MAX_VALUE : shape.size();
    return new JsonElements.Bounds(name, shape, size, limits);
  }

  private Content content(
      String name,
      String datatype,
      TensorShape shape,
      @Nullable JsonElements elements,
      Parameters parameters) {
    boolean isDoubles = datatype.equals("FP64");
    boolean isFloats = isDoubles || datatype.equals("FP32");
    if (!isFloats && !datatype.equals("BYTES")) {
      throw HttpStatusException.badRequest(
          "the datatype of %s must be FP32, FP64 or BYTES, was %s".formatted(name, datatype));
    }
    if ((elements == null) == (parameters.binaryBytes < 0)) {
      throw HttpStatusException.badRequest(
          name + " needs either data or the parameter binary_data_size");
    }
    if (elements != null) {
      elements.check(name, shape);
      return isFloats
          ? new Content.Floats(elements.numbers(name))
          : new Content.Strings(elements.strings(name), parameters.contentType.equals("base64"));
    }
    ByteBuffer binary = binary(name, parameters.binaryBytes);
    if (isDoubles) {
      return doubles(name, shape, binary);
    }
    return isFloats ? floats(name, shape, binary) : bytes(name, shape, binary);
  }

  private ByteBuffer binary(String name, long bytes) {
    if (bytes > body.length - binaryAt) {
      throw HttpStatusException.badRequest(
          "binary_data_size of %s is %d, and %d bytes are left in the body"
              .formatted(name, bytes, body.length - binaryAt));
    }
    ByteBuffer binary =
        ByteBuffer.wrap(body, binaryAt, (int) bytes).slice().order(ByteOrder.LITTLE_ENDIAN);
    binaryAt += (int) bytes;
    return binary;
  }

  private static Content floats(String name, TensorShape shape, ByteBuffer binary) {
    if ((long) shape.size() * Float.BYTES != binary.remaining()) {
      throw shape.mismatch(name, binary.remaining() + " bytes of FP32");
    }
    float[] numbers = new float[shape.size()];
    binary.asFloatBuffer().get(numbers);
    return new Content.Floats(numbers);
  }

  private static Content doubles(String name, TensorShape shape, ByteBuffer binary) {
    if ((long) shape.size() * Double.BYTES != binary.remaining()) {
      throw shape.mismatch(name, binary.remaining() + " bytes of FP64");
    }
    float[] numbers = new float[shape.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) binary.getDouble();
    }
    return new Content.Floats(numbers);
  }

  private Content bytes(String name, TensorShape shape, ByteBuffer binary) {
    if (shape.size() > limits.maxQueued()) {
      throw limits.tooManyStrings();
    }
    List<byte[]> elements = new ArrayList<>();
    while (binary.remaining() >= Integer.BYTES && elements.size() < shape.size()) {
      int length = binary.getInt();
      if (length < 0 || length > binary.remaining()) {
        throw HttpStatusException.badRequest(
            "element %d of %s has %d bytes, and %d are left of its binary data"
                .formatted(
                    elements.size(), name, Integer.toUnsignedLong(length), binary.remaining()));
      }
      byte[] element = new byte[length];
      binary.get(element);
      elements.add(element);
    }
    if (elements.size() != shape.size() || binary.hasRemaining()) {
      throw shape.mismatch(
          name, elements.size() + " elements and " + binary.remaining() + " bytes");
    }
    return new Content.Bytes(elements);
  }

  private static List<Long> extents(JsonParser json, String what) throws IOException {
    JsonMembers.expect(json, JsonToken.START_ARRAY, what, "an array of integers");
    List<Long> extents = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      JsonMembers.expect(json, JsonToken.VALUE_NUMBER_INT, what, "an array of integers");
      // What is no long is no extent either: it is refused with the others.
      boolean isLong = json.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
      if (extents.size() <= TensorShape.MAX_DIMENSIONS) {
        extents.add(isLong ? json.getLongValue() : Long.MAX_VALUE);
      }
    }
    return extents;
  }

  private List<InferRequest.Output> outputs(JsonParser json) throws IOException {
    JsonMembers.expect(json, JsonToken.START_ARRAY, "outputs", "an array");
    Map<String, InferRequest.Output> outputs = new LinkedHashMap<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      JsonMembers.expect(json, JsonToken.START_OBJECT, "an output", "an object");
      @Nullable String name = null;
      Parameters parameters = Parameters.NONE;
      while (JsonMembers.next(json)) {
        switch (json.currentName()) {
          case "name" -> name = JsonMembers.string(json, "the name of an output");
          case "parameters" -> parameters = parameters(json, "an output");
          default -> json.skipChildren();
        }
      }
      if (name == null) {
        throw HttpStatusException.badRequest("an output needs a name");
      }
      if (outputs.put(name, new InferRequest.Output(name, parameters.isBinary)) != null) {
        throw HttpStatusException.badRequest("the output " + name + " is asked for twice");
      }
    }
    return List.copyOf(outputs.values());
  }

  /**
   * The parameters that mean something here.
   *
   * @param binaryBytes -1 if they name none
   */
  private record Parameters(
      long binaryBytes, String contentType, Optional<Boolean> isBinary, boolean binaryOutput) {
    static final Parameters NONE = new Parameters(-1, "", Optional.empty(), false);
  }

  private static Parameters parameters(JsonParser json, String of) throws IOException {
    JsonMembers.expect(json, JsonToken.START_OBJECT, "parameters of " + of, "an object");
    long binaryBytes = -1;
    String contentType = "";
    Optional<Boolean> isBinary = Optional.empty();
    boolean binaryOutput = false;
    while (JsonMembers.next(json)) {
      String parameter = json.currentName();
      switch (parameter) {
        case "binary_data_size" -> {
          JsonMembers.expect(json, JsonToken.VALUE_NUMBER_INT, parameter, "an integer");
          binaryBytes =
              json.getNumberType() == JsonParser.NumberType.BIG_INTEGER ? -1 : json.getLongValue();
          if (binaryBytes < 0) {
            throw HttpStatusException.badRequest("binary_data_size of " + of + " is not a size");
          }
        }
        case "content_type" -> contentType = JsonMembers.string(json, parameter);
        case "binary_data" -> isBinary = Optional.of(JsonMembers.bool(json, parameter));
        case "binary_data_output" -> binaryOutput = JsonMembers.bool(json, parameter);
        default -> json.skipChildren();
      }
    }
    return new Parameters(binaryBytes, contentType, isBinary, binaryOutput);
  }
}
