package io.millrace.console.inference;

import io.millrace.runtime.http.HttpStatusException;
import java.util.List;
import java.util.Optional;

/**
 * A request for inference.
 *
 * @param id is told with the answer; empty for none
 * @param inputs its tensors, at least one
 * @param outputs the tensors that it asks for; empty for all
 * @param binaryOutput whether the answer's tensors are binary where the request does not say it of
 *     each
 */
record InferRequest(
    Optional<String> id, List<InputTensor> inputs, List<Output> outputs, boolean binaryOutput) {

  /**
   * An output that is asked for.
   *
   * @param isBinary whether it is to be binary; empty if the request does not say it
   */
  record Output(String name, Optional<Boolean> isBinary) {}

  InferRequest {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * The only input.
   *
   * @throws HttpStatusException 400 if there is another, or more
   */
  InputTensor input(String name) {
    if (inputs.size() != 1 || !inputs.getFirst().name().equals(name)) {
      throw HttpStatusException.badRequest(
          "the model takes one input, %s; the request has %s"
              .formatted(name, inputs.stream().map(InputTensor::name).toList()));
    }
    return inputs.getFirst();
  }
}
