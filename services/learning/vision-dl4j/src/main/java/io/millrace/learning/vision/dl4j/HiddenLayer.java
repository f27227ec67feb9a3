package io.millrace.learning.vision.dl4j;

import io.millrace.learning.vision.kernels.Dense;
import io.millrace.learning.vision.model.Architecture;
import java.util.List;
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

  private final transient Dense dense;
  private final int outputs;

  HiddenLayer(NeuralNetConfiguration conf, DataType type, Architecture network) {
    super(conf, type);
    this.outputs = network.hidden();
    this.dense = new Dense(network.encoded().stream().reduce(1, Math::multiplyExact), outputs);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    List<INDArray> parameters = List.copyOf(params.values());
    INDArray weights = parameters.get(0);
    NdArrayCopy.read(
        weights, 0, dense.weights(), dense.weightsAt(), Math.toIntExact(weights.length()));
    NdArrayCopy.read(parameters.get(1), dense.bias());
    int count = Math.toIntExact(input.size(0));
    float[] out = dense.forward(read(input), count);
    return write(out, workspaces, ArrayType.ACTIVATIONS, count, outputs);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    float[] d = dense.backward(read(epsilon), Math.toIntExact(epsilon.size(0)));
    Gradient gradients = gradients(List.of(dense.weightGradient(), dense.biasGradient()));
    return new Pair<>(gradients, write(d, workspaces, ArrayType.ACTIVATION_GRAD, input.shape()));
  }
}
