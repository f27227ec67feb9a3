package io.millrace.learning.vision.dl4j;

import io.millrace.learning.vision.model.Architecture;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the two layers of kernels share: numbers out of ND4J's memory and back into it. */
abstract class KernelLayer extends BaseLayer<KernelLayerConfiguration> {

  private static final long serialVersionUID = 1L;

  KernelLayer(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  /** Room for the parameters of a part of the network, or their gradients. */
  static List<float[]> room(Architecture network, KernelLayerConfiguration.Part part) {
    return part.parameters(network).stream().map(each -> new float[each.size()]).toList();
  }

  /** Reads the layer's parameters. */
  final void readParameters(List<float[]> tensors) {
    int place = 0;
    for (INDArray parameter : params.values()) {
      NdArrayCopy.read(parameter, tensors.get(place++));
    }
  }

  /** Writes the layer's gradients; what an array has more than the parameter is left out. */
  final Gradient gradients(List<float[]> tensors) {
    Gradient gradients = new DefaultGradient(gradientsFlattened);
    int place = 0;
    for (Map.Entry<String, INDArray> entry : gradientViews.entrySet()) {
      INDArray view = entry.getValue();
      NdArrayCopy.write(tensors.get(place++), 0, view, 0, Math.toIntExact(view.length()));
      gradients.gradientForVariable().put(entry.getKey(), view);
    }
    return gradients;
  }

  static float[] read(INDArray array) {
    float[] values = new float[Math.toIntExact(array.length())];
    NdArrayCopy.read(array, values);
    return values;
  }

  static INDArray write(
      float[] values, LayerWorkspaceMgr workspaces, ArrayType kind, long... shape) {
    INDArray array = workspaces.createUninitialized(kind, DataType.FLOAT, shape, 'c');
    NdArrayCopy.write(values, array);
    return array;
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }
}
