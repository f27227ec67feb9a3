package io.millrace.console.inference;

import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.models.VersionId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A model that answers requests for inference, by one version at a time. */
interface InferenceModel extends AutoCloseable {

  /** Images or texts in, as many rows out. */
  Integer ANY = -1;

  /** A tensor that a model takes or gives; an extent that varies is {@link #ANY}. */
  record TensorDescription(String name, String datatype, List<Integer> shape) {
    public TensorDescription {
      shape = List.copyOf(shape);
    }
  }

  /** What a version takes and gives. */
  record Description(
      VersionId version, List<TensorDescription> inputs, List<TensorDescription> outputs) {
    public Description {
      inputs = List.copyOf(inputs);
      outputs = List.copyOf(outputs);
    }

    /**
     * Makes sure that the outputs that a request asks for exist.
     *
     * @throws HttpStatusException 400 if one does not
     */
    void check(InferRequest request) {
      List<String> names = outputs.stream().map(TensorDescription::name).toList();
      for (InferRequest.Output output : request.outputs()) {
        if (!names.contains(output.name())) {
          throw HttpStatusException.badRequest(
              "the model has no output %s; it has %s".formatted(output.name(), names));
        }
      }
    }
  }

  /** Inputs and outputs of the version that would answer now; empty while no version can. */
  Optional<Description> description();

  /**
   * Answers a request.
   *
   * @throws HttpStatusException if it cannot be answered: 400 for its inputs, 503 for now
   */
  CompletionStage<InferAnswer> infer(InferRequest request);

  /** Takes no more requests. */
  @Override
  void close();
}
