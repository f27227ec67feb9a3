package io.millrace.learning.vision.dl4j;

import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.kernels.NetworkKernels;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The decoder, the sigmoid included. */
final class DecoderLayer extends KernelLayer {

  private static final long serialVersionUID = 1L;

  private transient float[] pixels = new float[0];

  DecoderLayer(NeuralNetConfiguration conf, DataType type, NetworkKernels kernels) {
    super(conf, type, kernels);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    int count = Math.toIntExact(input.size(0));
    ImageShape shape = kernels().architecture().decoded();
    if (pixels.length < count * shape.size()) {
      pixels = new float[count * shape.size()];
    }
    kernels().decoder().forward(readInput(), count, training, pixels);
    return write(
        pixels,
        workspaces,
        ArrayType.ACTIVATIONS,
        count,
        shape.channels(),
        shape.height(),
        shape.width());
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    float[] d = readGradient(epsilon);
    for (int i = 0; i < epsilon.length(); i++) {
      d[i] *= pixels[i] * (1 - pixels[i]);
    }
    float[] codeGradient = kernels().decoder().backward(d, Math.toIntExact(epsilon.size(0)));
    return new Pair<>(
        noGradient(), write(codeGradient, workspaces, ArrayType.ACTIVATION_GRAD, input.shape()));
  }
}
