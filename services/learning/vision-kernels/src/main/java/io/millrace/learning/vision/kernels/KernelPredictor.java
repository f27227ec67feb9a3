package io.millrace.learning.vision.kernels;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.images.Resampling;
import io.millrace.learning.vision.model.Architecture;
import io.millrace.learning.vision.network.NetworkSpec;
import io.millrace.learning.vision.network.ParameterLayout;
import java.util.List;

/**
 * A network that only answers, computed by the kernels alone. Bound to no thread, and used by one
 * at a time.
 */
public final class KernelPredictor implements VisionPredictor {

  private final Architecture architecture;
  private final NetworkKernels kernels;
  private final float[] parameters;

  /** Where the last layer begins: {@code float[classes, hidden]} and {@code float[classes]}. */
  private final int classWeights;

  private final int classBias;

  /**
   * The network of a model file.
   *
   * @throws SafeTensorsException if the file is no such network
   */
  public KernelPredictor(SafeTensors file) {
    this.architecture = Architecture.of(file);
    var spec = new NetworkSpec(architecture, architecture.classes().size(), true);
    ParameterLayout layout = spec.layout();
    this.parameters = new float[layout.size()];
    layout.pack(file, architecture, "", parameters);
    this.classWeights = layout.offset("fc2.weight");
    this.classBias = layout.offset("fc2.bias");
    this.kernels = new NetworkKernels(spec);
    kernels.setParameters(parameters);
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
    float[] code = kernels.encoder().forward(batch.pixels(), count, false);
    float[] scores = scores(kernels.hidden().forward(code, count), count);
    float[] decoded = new float[count * architecture.decoded().size()];
    kernels.decoder().forward(code, count, false, decoded);
    float[] pixels =
        Resampling.resize(decoded, count, architecture.decoded(), architecture.shape());
    return new NetworkOutput(count, classes().size(), scores, pixels);
  }

  /** The last layer, too small for a kernel. */
  private float[] scores(float[] units, int count) {
    int classes = classes().size();
    int inputs = architecture.hidden();
    float[] scores = new float[count * classes];
    for (int n = 0; n < count; n++) {
      for (int c = 0; c < classes; c++) {
        float sum = parameters[classBias + c];
        for (int i = 0; i < inputs; i++) {
          sum += units[n * inputs + i] * parameters[classWeights + c * inputs + i];
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
