package io.millrace.learning.vision.network;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.images.Resampling;
import io.millrace.learning.vision.model.Architecture;
import java.util.List;

/** A network of an engine that only predicts. */
final class NetworkPredictor implements VisionPredictor {

  private final Architecture architecture;
  private final Network network;

  /**
   * A network of a model file.
   *
   * @throws SafeTensorsException if the file is no such network
   */
  NetworkPredictor(SafeTensors weights, NetworkFactory factory) {
    this.architecture = Architecture.of(weights);
    // A layer needs a unit; where there is no class yet, its output is not read.
    var spec =
        new NetworkSpec(
            architecture, Math.max(1, architecture.classes().size()), true, factory.channelsLast());
    ParameterLayout layout = spec.layout();
    float[] parameters = new float[layout.size()];
    layout.pack(weights, architecture, "", parameters);
    this.network = factory.create(spec, 1, 1);
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
    return output(architecture, batch, network.predict(pixels(architecture, batch), batch.count()));
  }

  /** The pixels of a batch, if it has the right shape. */
  static float[] pixels(Architecture architecture, ImageBatch batch) {
    if (!batch.shape().equals(architecture.shape())) {
      throw new IllegalArgumentException(
          "the network takes images " + architecture.shape() + ", not " + batch.shape());
    }
    return batch.pixels();
  }

  /** A network's output, without the units that are no class yet, resized to the images' extent. */
  static NetworkOutput output(Architecture known, ImageBatch batch, Network.RawOutput output) {
    int count = batch.count();
    int classes = known.classes().size();
    int units = output.scores().length / count;
    float[] scores = new float[count * classes];
    for (int i = 0; i < count; i++) {
      System.arraycopy(output.scores(), i * units, scores, i * classes, classes);
    }
    float[] pixels =
        output.pixels().length == 0
            ? output.pixels()
            : Resampling.resize(output.pixels(), count, known.decoded(), known.shape());
    return new NetworkOutput(count, classes, scores, pixels);
  }

  @Override
  public void close() {
    network.close();
  }
}
