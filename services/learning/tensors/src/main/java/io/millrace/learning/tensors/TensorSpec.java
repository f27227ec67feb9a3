package io.millrace.learning.tensors;

import java.util.List;

/**
 * The type and shape of a tensor.
 *
 * @param type the type of the elements
 * @param shape the extent of each dimension, each at least 0; empty for a scalar
 */
public record TensorSpec(ElementType type, List<Integer> shape) {
  public TensorSpec {
    shape = List.copyOf(shape);
  }

  /** The bytes of all elements. */
  public long sizeBytes() {
    return Tensor.sizeBytes(type, shape);
  }
}
