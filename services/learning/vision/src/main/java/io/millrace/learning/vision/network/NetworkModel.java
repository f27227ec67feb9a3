package io.millrace.learning.vision.network;

import io.millrace.learning.tensors.ElementType;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.learning.tensors.Tensor;
import io.millrace.learning.vision.NetworkOutput;
import io.millrace.learning.vision.VisionModel;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.learning.vision.model.Architecture;
import io.millrace.learning.vision.model.InitialWeights;
import io.millrace.learning.vision.model.NetworkConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A network that learns. A batch makes one optimizer update, in these steps ({@link #learn}):
 *
 * <ol>
 *   <li>Labels become class indices. A label that has not occurred before becomes the next class,
 *       while {@link NetworkConfig#maxClasses} allows.
 *   <li>The batch is split into as many parts as there are workers. Each worker passes its part
 *       forward and back and has a gradient of the whole batch's loss ({@link TrainingBatch}).
 *   <li>The workers divide the parameters among themselves. Each adds up the gradients of its range
 *       in the order of the workers ({@link DataParallelNetwork}), applies the optimizer's update
 *       to it ({@link Updater}), and then the exponential moving average ({@link
 *       ExponentialMovingAverage}), which is what is published.
 *   <li>All workers' networks get the new parameters.
 *   <li>The output of the forward pass is returned: what the network said before it learned.
 * </ol>
 *
 * <p>It has units for all classes that there may be from the start. Those of classes that have not
 * occurred take no part in the loss, keep their first weights and are not published, so that a new
 * class changes nothing for the others.
 */
final class NetworkModel implements VisionModel {

  private static final String STEP = "step";

  /** The suffix of the weights themselves, where their moving average is published. */
  private static final String LEARNING = ".learning";

  private final NetworkConfig config;
  private final NetworkFactory factory;
  private final DataParallelNetwork workers;
  private final ParameterLayout layout;
  private final Updater updater;
  private final float[] parameters;
  private final ExponentialMovingAverage average;
  private Architecture known;

  /**
   * A network that has learned nothing, its weights drawn with a seed.
   *
   * @param known the classes that it has from the start
   */
  NetworkModel(NetworkConfig config, long seed, List<String> known, NetworkFactory factory) {
    this.config = config;
    this.factory = factory;
    this.known = config.architecture().withClasses(known);
    var spec =
        new NetworkSpec(
            this.known, config.maxClasses(), config.decoderWeight() > 0, factory.channelsLast());
    this.layout = spec.layout();
    this.parameters = new float[layout.size()];
    this.updater = Updater.of(config.optimizer(), layout.size());
    layout.pack(InitialWeights.draw(this.known, config.maxClasses(), seed), parameters);
    this.average = new ExponentialMovingAverage(config.emaDecay(), parameters);
    this.workers = new DataParallelNetwork(config, spec, factory);
    workers.setParameters(parameters);
  }

  /**
   * Sets the first weights.
   *
   * @throws SafeTensorsException if they do not fit; then this must be closed
   */
  void startFrom(SafeTensors weights) {
    layout.pack(weights, known, "", average.mean);
    layout.pack(weights, known, "", parameters);
    workers.setParameters(parameters);
  }

  /**
   * Sets the weights and the rest of a state, to continue from there.
   *
   * @throws SafeTensorsException if they do not fit; then this must be closed
   */
  void restore(SafeTensors weights, SafeTensors optimizer) {
    layout.pack(weights, known, "", average.mean);
    if (averages()) {
      layout.pack(optimizer, known, LEARNING, parameters);
    } else {
      layout.pack(weights, known, "", parameters);
    }
    updater.state.forEach((name, vector) -> layout.pack(optimizer, known, "." + name, vector));
    updater.updates = optimizer.tensor(STEP, ElementType.I64, 1).longs()[0];
    workers.setParameters(parameters);
  }

  @Override
  public ImageShape shape() {
    return known.shape();
  }

  @Override
  public List<String> classes() {
    return known.classes();
  }

  /** Creates a network with a decoder for each call where the one that learns has none. */
  @Override
  public NetworkOutput predict(ImageBatch batch) {
    if (config.decoderWeight() == 0) {
      try (var whole = new NetworkPredictor(weights(), factory)) {
        return whole.predict(batch);
      }
    }
    float[] pixels = NetworkPredictor.pixels(known, batch);
    workers.setParameters(average.mean);
    Network.RawOutput output = workers.predict(pixels, batch.count());
    workers.setParameters(parameters);
    return NetworkPredictor.output(known, batch, output);
  }

  @Override
  public NetworkOutput learn(ImageBatch batch, List<Optional<String>> labels) {
    NetworkPredictor.pixels(known, batch);
    if (labels.size() != batch.count()) {
      throw new IllegalArgumentException(
          "there must be a label for each of " + batch.count() + " images, were " + labels.size());
    }
    int[] targets = targets(labels);
    updater.beginUpdate();
    Network.RawOutput output =
        workers.learn(TrainingBatch.of(batch, known, targets), this::applyUpdate);
    workers.setParameters(parameters);
    return NetworkPredictor.output(known, batch, output);
  }

  @Override
  public void scaleLearningRate(double factor) {
    updater.scale = factor;
  }

  private void applyUpdate(float[] gradient, int from, int to) {
    updater.apply(parameters, gradient, from, to);
    average.add(parameters, updater.updates, from, to);
  }

  /** The class of each image; a new label becomes a class, while there is room. */
  private int[] targets(List<Optional<String>> labels) {
    List<String> classes = new ArrayList<>(known.classes());
    int[] targets = new int[labels.size()];
    for (int i = 0; i < targets.length; i++) {
      targets[i] =
          labels.get(i).map(label -> target(label, classes)).orElse(TrainingBatch.UNLABELLED);
    }
    if (classes.size() > known.classes().size()) {
      known = known.withClasses(classes);
    }
    return targets;
  }

  private int target(String label, List<String> classes) {
    int index = classes.indexOf(label);
    if (index < 0 && classes.size() < config.maxClasses()) {
      index = classes.size();
      classes.add(label);
    }
    return index < 0 ? TrainingBatch.UNLABELLED : index;
  }

  private boolean averages() {
    return config.emaDecay() > 0;
  }

  @Override
  public SafeTensors weights() {
    Map<String, Tensor> tensors = new TreeMap<>();
    layout.unpack(average.mean, known, "", tensors);
    return SafeTensors.of(tensors, known.metadata());
  }

  @Override
  public SafeTensors optimizer() {
    Map<String, Tensor> tensors = new TreeMap<>();
    updater.state.forEach((name, vector) -> layout.unpack(vector, known, "." + name, tensors));
    if (averages()) {
      layout.unpack(parameters, known, LEARNING, tensors);
    }
    tensors.put(STEP, Tensor.of(new long[] {updater.updates}, 1));
    return SafeTensors.of(tensors, Map.of());
  }

  @Override
  public void close() {
    workers.close();
  }
}
