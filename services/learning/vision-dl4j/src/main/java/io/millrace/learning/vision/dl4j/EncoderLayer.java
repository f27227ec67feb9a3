package io.millrace.learning.vision.dl4j;

import io.millrace.learning.vision.kernels.NetworkKernels;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The encoder. Leaves out the gradient of the images, which nothing needs. */
final class EncoderLayer extends KernelLayer {

  private static final long serialVersionUID = 1L;

  EncoderLayer(NeuralNetConfiguration conf, DataType type, NetworkKernels kernels) {
    super(conf, type, kernels);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    int count = Math.toIntExact(input.size(0));
    float[] code = kernels().encoder().forward(readInput(), count, training);
    List<Integer> shape = kernels().architecture().encoded();
    return write(
        code, workspaces, ArrayType.ACTIVATIONS, count, shape.get(0), shape.get(1), shape.get(2));
  }

  @Override
  public Pair<Gradient, @Nullable INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaces) {
    kernels().encoder().backward(readGradient(epsilon), Math.toIntExact(epsilon.size(0)));
    return new Pair<>(noGradient(), null);
  }
}
