package io.millrace.learning.vision.kernels;

import io.millrace.learning.tensors.ElementType;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.images.Resampling;
import io.millrace.learning.vision.model.Architecture;
import java.util.List;

/**
 * A network that only answers, by the kernels alone: its weights are laid out for them once, where
 * Deeplearning4j's layers read them anew for every batch, which costs more than a small batch
 * itself. Bound to no thread.
 */
public final class KernelPredictor implements VisionPredictor {

  private final Architecture architecture;
  private final Encoder encoder;
  private final Dense hidden;
  private final Decoder decoder;

  /** {@code float[classes, hidden]} and {@code float[classes]}. */
  private final float[] classWeights;

  private final float[] classBias;

  public KernelPredictor(Architecture architecture, SafeTensors file) {
    this.architecture = architecture;
    var tensors = new Tensors(architecture, file);
    this.encoder = new Encoder(architecture);
    encoder.load(
        tensors.of("conv1.weight"),
        tensors.of("conv1.bias"),
        tensors.of("conv2.weight"),
        tensors.of("conv2.bias"));
    this.hidden = hidden(architecture, tensors.of("fc1.weight"), tensors.of("fc1.bias"));
    this.classWeights = tensors.of("fc2.weight");
    this.classBias = tensors.of("fc2.bias");
    this.decoder = new Decoder(architecture);
    decoder.load(
        tensors.of("deconv1.weight"),
        tensors.of("deconv1.bias"),
        tensors.of("deconv2.weight"),
        tensors.of("deconv2.bias"));
  }

  /** The tensors of a file, held against the shapes that they should have. */
  private record Tensors(Architecture architecture, SafeTensors file) {

    float[] of(String name) {
      int[] shape =
          architecture.parameters(architecture.classes().size()).stream()
              .filter(parameter -> parameter.name().equals(name))
              .flatMapToInt(parameter -> parameter.shape().stream().mapToInt(Integer::intValue))
              .toArray();
      return file.tensor(name, ElementType.F32, shape).floats();
    }
  }

  private static Dense hidden(Architecture architecture, float[] weights, float[] bias) {
    int encoded = architecture.encoded().stream().reduce(1, Math::multiplyExact);
    var dense = new Dense(encoded, architecture.hidden());
    System.arraycopy(weights, 0, dense.weights(), dense.weightsAt(), weights.length);
    System.arraycopy(bias, 0, dense.bias(), 0, bias.length);
    return dense;
  }

  @Override
  public ImageShape shape() {
    return architecture.shape();
  }

  @Override
  public List<String> classes() {
    return architecture.classes();
  }

  @Override
  public NetworkOutput predict(ImageBatch batch) {
    if (!batch.shape().equals(shape())) {
      throw new IllegalArgumentException(
          "the network takes images " + shape() + ", not " + batch.shape());
    }
    int count = batch.count();
    float[] code = encoder.forward(batch.pixels(), count, false);
    float[] scores = scores(hidden.forward(code, count), count);
    float[] decoded = decoder.forward(code, count, false);
    float[] pixels =
        Resampling.resize(decoded, count, architecture.decoded(), architecture.shape());
    return new NetworkOutput(count, classes().size(), scores, pixels);
  }

  /** The last layer, too small for a kernel. */
  private float[] scores(float[] units, int count) {
    int classes = classBias.length;
    int inputs = architecture.hidden();
    float[] scores = new float[count * classes];
    for (int n = 0; n < count; n++) {
      for (int c = 0; c < classes; c++) {
        float sum = classBias[c];
        for (int i = 0; i < inputs; i++) {
          sum += units[n * inputs + i] * classWeights[c * inputs + i];
        }
        scores[n * classes + c] = sum;
      }
    }
    return scores;
  }

  /** All is on the heap. */
  @Override
  public void close() {}
}
