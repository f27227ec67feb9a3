package io.millrace.learning.vision.libtorch;

import io.millrace.learning.vision.VisionDevice;
import io.millrace.learning.vision.model.Architecture.Parameter;
import io.millrace.learning.vision.network.NetworkSpec;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * The parameters of a network and their gradients: two vectors in the layout of the {@link
 * NetworkSpec}. Each tensor is a view of its range, so that one copy sets or reads all.
 */
final class LibTorchParameters implements AutoCloseable {

  private final TensorBuffer values;
  private final TensorBuffer gradients;
  private final Map<String, Tensor> windows = new HashMap<>();

  /** Zeros. */
  LibTorchParameters(NetworkSpec spec, VisionDevice device) {
    int size = spec.layout().size();
    this.values = new TensorBuffer(size, device);
    this.gradients = new TensorBuffer(size, device);
    for (Parameter parameter : spec.architecture().parameters(spec.units())) {
      int offset = spec.layout().offset(parameter.name());
      Tensor tensor = window(values, parameter, offset).requires_grad_(true);
      try (Tensor gradient = window(gradients, parameter, offset);
          Tensor slot = tensor.mutable_grad()) {
        // Where a gradient is there, backward passes add to it in its place.
        slot.put(gradient);
      }
      windows.put(parameter.name(), tensor);
    }
  }

  private static Tensor window(TensorBuffer vector, Parameter parameter, int offset) {
    long[] shape = parameter.shape().stream().mapToLong(Integer::longValue).toArray();
    try (Tensor piece = vector.vector().narrow(0, offset, parameter.size());
        Tensor shaped = piece.view(shape)) {
      return shaped.detach();
    }
  }

  /** A tensor by PyTorch's name. */
  Tensor tensor(String name) {
    Tensor tensor = windows.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("there is no tensor " + name);
    }
    return tensor;
  }

  /** Sets all parameters. */
  void write(float[] parameters) {
    values.write(parameters);
  }

  /** Sets all gradients to zero. */
  void forgetGradients() {
    gradients.vector().zero_();
  }

  /** Reads all gradients. */
  void readGradients(float[] gradient) {
    gradients.read(gradient);
  }

  @Override
  public void close() {
    windows.values().forEach(Tensor::close);
    gradients.close();
    values.close();
  }
}
