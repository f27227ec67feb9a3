package io.millrace.learning.vision.dl4j;

import io.millrace.learning.tensors.ElementType;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.Tensor;
import io.millrace.learning.vision.Architecture;
import io.millrace.learning.vision.Architecture.Parameter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where PyTorch's tensors stand in Deeplearning4j's one vector of parameters. Only the order of the
 * tensors is another; within each the elements stand as in PyTorch: convolutions as out x in x h x
 * w, deconvolutions as in x out x h x w, dense layers column by column, which is out x in.
 */
final class Layout {

  private final Map<String, Integer> offsets = new HashMap<>();
  private final int size;

  Layout(ComputationGraph graph, List<Parameter> parameters) {
    for (Parameter parameter : parameters) {
      INDArray view = view(graph, parameter.name());
      if (view.length() != parameter.size()) {
        throw new IllegalStateException(parameter + " has " + view.length() + " elements");
      }
      offsets.put(parameter.name(), Math.toIntExact(view.offset()));
    }
    this.size = Math.toIntExact(graph.numParams());
  }

  /** A layer of several tensors has them by their full names, others as weights and biases. */
  private static INDArray view(ComputationGraph graph, String name) {
    for (Layer layer : graph.getLayers()) {
      INDArray view = layer.paramTable().get(name);
      if (view != null) {
        return view;
      }
    }
    String[] parts = name.split("\\.", 2);
    return graph.getLayer(parts[0]).getParam(parts[1].equals("weight") ? "W" : "b");
  }

  /** Numbers in the vector. */
  int size() {
    return size;
  }

  /** Writes tensors into a vector. */
  void put(Map<String, float[]> tensors, float[] vector) {
    tensors.forEach(
        (name, values) -> System.arraycopy(values, 0, vector, offset(name), values.length));
  }

  /**
   * Writes the tensors of a file into a vector. Rows of fc2 beyond the known classes stay.
   *
   * @param suffix of their names in the file
   */
  void put(SafeTensors file, Architecture known, String suffix, float[] vector) {
    for (Parameter parameter : known.parameters(known.classes().size())) {
      int[] shape = parameter.shape().stream().mapToInt(Integer::intValue).toArray();
      float[] values = file.tensor(parameter.name() + suffix, ElementType.F32, shape).floats();
      System.arraycopy(values, 0, vector, offset(parameter.name()), values.length);
    }
  }

  /** Adds a vector's tensors to a file's, less the rows of fc2 beyond the known classes. */
  void take(float[] vector, Architecture known, String suffix, Map<String, Tensor> file) {
    for (Parameter parameter : known.parameters(known.classes().size())) {
      int offset = offset(parameter.name());
      float[] values = Arrays.copyOfRange(vector, offset, offset + parameter.size());
      int[] shape = parameter.shape().stream().mapToInt(Integer::intValue).toArray();
      file.put(parameter.name() + suffix, Tensor.of(values, shape));
    }
  }

  private int offset(String name) {
    Integer offset = offsets.get(name);
    if (offset == null) {
      throw new IllegalArgumentException("there is no tensor " + name);
    }
    return offset;
  }
}
