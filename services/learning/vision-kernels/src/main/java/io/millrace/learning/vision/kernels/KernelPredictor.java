package io.millrace.learning.vision.kernels;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.images.Resampling;
import io.millrace.learning.vision.model.Architecture;
import io.millrace.learning.vision.network.Network;
import io.millrace.learning.vision.network.NetworkSpec;
import io.millrace.learning.vision.network.ParameterLayout;
import java.util.List;

/**
 * A network that only answers, computed by the kernels alone. Bound to no thread, and used by one
 * at a time.
 */
public final class KernelPredictor implements VisionPredictor {

  private final Architecture architecture;
  private final KernelNetwork network;

  /**
   * The network of a model file.
   *
   * @throws SafeTensorsException if the file is no such network
   */
  public KernelPredictor(SafeTensors file) {
    this.architecture = Architecture.of(file);
    var spec = new NetworkSpec(architecture, architecture.classes().size(), true, true);
    ParameterLayout layout = spec.layout();
    float[] parameters = new float[layout.size()];
    layout.pack(file, architecture, "", parameters);
    this.network = new KernelNetwork(spec, 1, 1);
    network.setParameters(parameters);
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
    Network.RawOutput output = network.predict(batch.pixels(), count);
    float[] pixels =
        Resampling.resize(output.pixels(), count, architecture.decoded(), architecture.shape());
    return new NetworkOutput(count, classes().size(), output.scores(), pixels);
  }

  /** All is on the heap. */
  @Override
  public void close() {}
}
