package io.millrace.learning.vision.dl4j;

import io.millrace.learning.vision.kernels.NetworkKernels;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The head's hidden layer, the ReLU included. */
final class HiddenLayer extends KernelLayer {

  private static final long serialVersionUID = 1L;

  HiddenLayer(NeuralNetConfiguration conf, DataType type, NetworkKernels kernels) {
    super(conf, type, kernels);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    int count = Math.toIntExact(input.size(0));
    float[] units = kernels().hidden().forward(readInput(), count);
    int size = kernels().architecture().hidden();
    return write(units, workspaces, ArrayType.ACTIVATIONS, count, size);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    int count = Math.toIntExact(epsilon.size(0));
    float[] inputGradient = kernels().hidden().backward(readGradient(epsilon), count);
    return new Pair<>(
        noGradient(), write(inputGradient, workspaces, ArrayType.ACTIVATION_GRAD, input.shape()));
  }
}
