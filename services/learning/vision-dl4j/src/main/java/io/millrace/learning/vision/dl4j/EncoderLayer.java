package io.millrace.learning.vision.dl4j;

import io.millrace.learning.vision.kernels.Encoder;
import io.millrace.learning.vision.model.Architecture;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The encoder's computation; the images' own gradient, which nobody needs, is left out. */
final class EncoderLayer extends KernelLayer {

  private static final long serialVersionUID = 1L;

  private final transient List<float[]> tensors;
  private final transient Encoder encoder;
  private final transient List<Integer> encoded;

  EncoderLayer(NeuralNetConfiguration conf, DataType type, Architecture network) {
    super(conf, type);
    this.tensors = room(network, KernelLayerConfiguration.Part.ENCODER);
    this.encoder = new Encoder(network);
    this.encoded = network.encoded();
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    readParameters(tensors);
    encoder.load(tensors.get(0), tensors.get(1), tensors.get(2), tensors.get(3));
    int count = Math.toIntExact(input.size(0));
    float[] code = encoder.forward(read(input), count, training);
    return write(
        code,
        workspaces,
        ArrayType.ACTIVATIONS,
        count,
        encoded.get(0),
        encoded.get(1),
        encoded.get(2));
  }

  @Override
  public Pair<Gradient, @Nullable INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaces) {
    encoder.backward(read(epsilon), Math.toIntExact(epsilon.size(0)));
    encoder.drainGradients(tensors.get(0), tensors.get(1), tensors.get(2), tensors.get(3));
    return new Pair<>(gradients(tensors), null);
  }
}
