package io.millrace.learning.tensors;

import java.util.List;

/**
 * What a tensor is but for its elements.
 *
 * @param type the type of the elements
 * @param shape the extent of each dimension, each at least 0; empty for a scalar
 */
public record TensorSpec(ElementType type, List<Integer> shape) {
  public TensorSpec {
    shape = List.copyOf(shape);
  }

  /** Bytes that the elements take. */
  public long sizeBytes() {
    return Tensor.sizeBytes(type, shape);
  }
}
