package io.millrace.learning.vision.dl4j;

import io.millrace.learning.vision.kernels.NetworkKernels;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.AbstractLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer of Deeplearning4j that the kernels compute. Activations and their gradients are copied
 * between ND4J's memory and the heap; weights and their gradients are not, since the kernels have
 * them on the heap: for Deeplearning4j this is a layer without parameters.
 */
abstract class KernelLayer extends AbstractLayer<KernelLayerConfiguration> {

  private static final long serialVersionUID = 1L;

  private final transient NetworkKernels kernels;
  private transient float[] inputs = new float[0];
  private transient float[] gradients = new float[0];

  KernelLayer(NeuralNetConfiguration conf, DataType type, NetworkKernels kernels) {
    super(conf, type);
    this.kernels = kernels;
  }

  final NetworkKernels kernels() {
    return kernels;
  }

  /** The layer's input on the heap, perhaps longer; valid until the next batch. */
  final float[] readInput() {
    inputs = read(input, inputs);
    return inputs;
  }

  /** The gradient of the layer's output on the heap, perhaps longer; valid until the next batch. */
  final float[] readGradient(INDArray epsilon) {
    gradients = read(epsilon, gradients);
    return gradients;
  }

  private static float[] read(INDArray from, float[] to) {
    int length = Math.toIntExact(from.length());
    float[] fitting = to.length < length ? new float[length] : to;
    NdArrayCopy.read(from, fitting);
    return fitting;
  }

  /** Copies values, perhaps more than fit into the shape, to ND4J's memory. */
  static INDArray write(
      float[] values, LayerWorkspaceMgr workspaces, ArrayType kind, long... shape) {
    INDArray array = workspaces.createUninitialized(kind, DataType.FLOAT, shape, 'c');
    NdArrayCopy.write(values, array);
    return array;
  }

  static Gradient noGradient() {
    return new DefaultGradient();
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  @Override
  public void clearNoiseWeightParams() {}
}
