package io.millrace.learning.vision.dl4j;

import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.kernels.Decoder;
import io.millrace.learning.vision.model.Architecture;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The decoder's computation, the sigmoid included. */
final class DecoderLayer extends KernelLayer {

  private static final long serialVersionUID = 1L;

  private final transient List<float[]> tensors;
  private final transient Decoder decoder;
  private final transient ImageShape decoded;
  private transient float[] pixels = new float[0];

  DecoderLayer(NeuralNetConfiguration conf, DataType type, Architecture network) {
    super(conf, type);
    this.tensors = room(network, KernelLayerConfiguration.Part.DECODER);
    this.decoder = new Decoder(network);
    this.decoded = network.decoded();
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    readParameters(tensors);
    decoder.load(tensors.get(0), tensors.get(1), tensors.get(2), tensors.get(3));
    int count = Math.toIntExact(input.size(0));
    pixels = decoder.forward(read(input), count, training);
    return write(
        pixels,
        workspaces,
        ArrayType.ACTIVATIONS,
        count,
        decoded.channels(),
        decoded.height(),
        decoded.width());
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    int count = Math.toIntExact(epsilon.size(0));
    float[] d = read(epsilon);
    for (int i = 0; i < d.length; i++) {
      d[i] *= pixels[i] * (1 - pixels[i]);
    }
    float[] codeGradient = decoder.backward(d, count);
    decoder.drainGradients(tensors.get(0), tensors.get(1), tensors.get(2), tensors.get(3));
    INDArray inputGradient =
        write(codeGradient, workspaces, ArrayType.ACTIVATION_GRAD, input.shape());
    return new Pair<>(gradients(tensors), inputGradient);
  }
}
