package io.millrace.console.inference;

import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.models.VersionId;
import java.util.List;

/**
 * What a version of a model answers to a request.
 *
 * @param version that has answered
 * @param outputs all that it answers, in the order of the model's outputs
 */
record InferAnswer(VersionId version, List<OutputTensor> outputs) {

  InferAnswer {
    outputs = List.copyOf(outputs);
  }

  /**
   * The output of a name.
   *
   * @throws HttpStatusException 400 if there is none
   */
  OutputTensor output(String name) {
    return outputs.stream()
        .filter(it -> it.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            HttpStatusException.badRequest(
                "the model has no output %s; it has %s"
                    .formatted(name, outputs.stream().map(OutputTensor::name).toList())));
  }
}
