package io.millrace.learning.vision.network;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.learning.vision.Answers;
import io.millrace.learning.vision.Architecture;
import io.millrace.learning.vision.ImageBatch;
import io.millrace.learning.vision.ImageShape;
import io.millrace.learning.vision.Resampling;
import io.millrace.learning.vision.VisionPredictor;
import java.util.List;

/** A network that only answers. */
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
    // A layer needs a unit; where there is no class yet it is one that nobody reads.
    var form = new Form(architecture, Math.max(1, architecture.classes().size()), true);
    Layout layout = form.layout();
    float[] parameters = new float[layout.size()];
    layout.put(weights, architecture, "", parameters);
    this.network = factory.create(form, 1, 1);
    network.parameters(parameters);
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
  public Answers predict(ImageBatch batch) {
    return answers(
        architecture, batch, network.predict(pixels(architecture, batch), batch.count()));
  }

  /** The pixels of a batch, if it has the right shape. */
  static float[] pixels(Architecture architecture, ImageBatch batch) {
    if (!batch.shape().equals(architecture.shape())) {
      throw new IllegalArgumentException(
          "the network takes images " + architecture.shape() + ", not " + batch.shape());
    }
    return batch.pixels();
  }

  /** What a network gave, less the units that are no class yet, at the images' extent. */
  static Answers answers(Architecture known, ImageBatch batch, Network.Output output) {
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
            : Resampling.stretch(output.pixels(), count, known.decoded(), known.shape());
    return new Answers(count, classes, scores, pixels);
  }

  @Override
  public void close() {
    network.close();
  }
}
