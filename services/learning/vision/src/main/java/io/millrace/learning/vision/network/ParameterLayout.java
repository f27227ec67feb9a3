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
 * PyTorch's layout. With channels last, the weights of the head's hidden layer are another one's:
 * the inputs of a unit, the encoder's output, are in the order height, width, channel.
 */
public final class ParameterLayout {

  private static final String HIDDEN = "fc1.weight";

  private final Map<String, Integer> offsets = new HashMap<>();

  /** Of the inputs of a hidden unit in PyTorch's order, their places in the vector; empty: same. */
  private final int[] places;

  private final int size;

  /** The offsets of some tensors, in their order. */
  public ParameterLayout(List<Parameter> parameters) {
    this(parameters, new int[0]);
  }

  private ParameterLayout(List<Parameter> parameters, int[] places) {
    this.places = places;
    int offset = 0;
    for (Parameter parameter : parameters) {
      offsets.put(parameter.name(), offset);
      offset += parameter.size();
    }
    this.size = offset;
  }

  /** The offsets of a network's tensors, channels last. */
  static ParameterLayout channelsLast(List<Parameter> parameters, Architecture network) {
    int channels = network.encoded().getFirst();
    int positions = network.encoded().get(1) * network.encoded().get(2);
    int[] places = new int[channels * positions];
    for (int i = 0; i < places.length; i++) {
      places[i] = i % positions * channels + i / positions;
    }
    return new ParameterLayout(parameters, places);
  }

  /** Numbers in the vector. */
  public int size() {
    return size;
  }

  /** Copies tensors into a vector. */
  public void pack(Map<String, float[]> tensors, float[] vector) {
    tensors.forEach((name, values) -> pack(name, values, vector));
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
      pack(parameter.name(), values, vector);
    }
  }

  private void pack(String name, float[] values, float[] vector) {
    int offset = offset(name);
    if (name.equals(HIDDEN) && places.length > 0) {
      for (int i = 0; i < values.length; i++) {
        vector[offset + place(i)] = values[i];
      }
    } else {
      System.arraycopy(values, 0, vector, offset, values.length);
    }
  }

  private int place(int i) {
    return i - i % places.length + places[i % places.length];
  }

  /** Copies a vector's tensors into a file's, without the rows of fc2 beyond the known classes. */
  public void unpack(float[] vector, Architecture known, String suffix, Map<String, Tensor> file) {
    for (Parameter parameter : known.parameters(known.classes().size())) {
      int offset = offset(parameter.name());
      float[] values = Arrays.copyOfRange(vector, offset, offset + parameter.size());
      if (parameter.name().equals(HIDDEN) && places.length > 0) {
        for (int i = 0; i < values.length; i++) {
          values[i] = vector[offset + place(i)];
        }
      }
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
