package io.millrace.learning.vision.network;

import io.millrace.learning.tensors.ElementType;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.Tensor;
import io.millrace.learning.vision.model.Architecture;
import io.millrace.learning.vision.model.Architecture.Parameter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a network's tensors are in the one vector of its parameters: one after the other, each in
 * PyTorch's layout.
 */
public final class ParameterLayout {

  private final Map<String, Integer> offsets = new HashMap<>();
  private final int size;

  /** The offsets of some tensors, in their order. */
  public ParameterLayout(List<Parameter> parameters) {
    int offset = 0;
    for (Parameter parameter : parameters) {
      offsets.put(parameter.name(), offset);
      offset += parameter.size();
    }
    this.size = offset;
  }

  /** Numbers in the vector. */
  public int size() {
    return size;
  }

  /** Copies tensors into a vector. */
  public void pack(Map<String, float[]> tensors, float[] vector) {
    tensors.forEach(
        (name, values) -> System.arraycopy(values, 0, vector, offset(name), values.length));
  }

  /**
   * Copies the tensors of a file into a vector. Rows of fc2 beyond the known classes stay as they
   * are.
   *
   * @param suffix of their names in the file
   */
  public void pack(SafeTensors file, Architecture known, String suffix, float[] vector) {
    for (Parameter parameter : known.parameters(known.classes().size())) {
      int[] shape = parameter.shape().stream().mapToInt(Integer::intValue).toArray();
      float[] values = file.tensor(parameter.name() + suffix, ElementType.F32, shape).floats();
      System.arraycopy(values, 0, vector, offset(parameter.name()), values.length);
    }
  }

  /** Copies a vector's tensors into a file's, without the rows of fc2 beyond the known classes. */
  public void unpack(float[] vector, Architecture known, String suffix, Map<String, Tensor> file) {
    for (Parameter parameter : known.parameters(known.classes().size())) {
      int offset = offset(parameter.name());
      float[] values = Arrays.copyOfRange(vector, offset, offset + parameter.size());
      int[] shape = parameter.shape().stream().mapToInt(Integer::intValue).toArray();
      file.put(parameter.name() + suffix, Tensor.of(values, shape));
    }
  }

  /** Where a tensor begins. */
  public int offset(String name) {
    Integer offset = offsets.get(name);
    if (offset == null) {
      throw new IllegalArgumentException("the network has no tensor " + name);
    }
    return offset;
  }
}
