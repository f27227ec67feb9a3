package io.millrace.learning.vision.dl4j;

import io.millrace.learning.tensors.ElementType;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.learning.tensors.Tensor;
import io.millrace.learning.vision.Answers;
import io.millrace.learning.vision.Architecture;
import io.millrace.learning.vision.ImageBatch;
import io.millrace.learning.vision.ImageShape;
import io.millrace.learning.vision.InitialWeights;
import io.millrace.learning.vision.VisionConfig;
import io.millrace.learning.vision.VisionModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A network that learns. It has units for all classes that there may be from the start; those of
 * classes not yet met take no part in the loss, keep their first weights and are not published, so
 * that a new class disturbs no other.
 */
final class Dl4jModel implements VisionModel {

  private static final String STEP = "step";

  /** The suffix of the weights that learn, where those published are their mean. */
  private static final String LEARNING = ".learning";

  private final VisionConfig config;
  private final Workers workers;
  private final Layout layout;
  private final Updater updater;
  private final float[] parameters;
  private final Average average;
  private Architecture known;

  private Dl4jModel(VisionConfig config, long seed, Architecture known) {
    this.config = config;
    this.known = known;
    var form = new Network.Form(known, config.maxClasses(), config.decoderWeight() > 0);
    this.workers = new Workers(config, form);
    this.layout = form.layout();
    this.parameters = new float[layout.size()];
    this.updater = Updater.of(config.optimizer(), layout.size());
    layout.put(InitialWeights.draw(known, config.maxClasses(), seed), parameters);
    this.average = new Average(config.averaging(), parameters);
  }

  static Dl4jModel create(VisionConfig config, long seed) {
    var model = new Dl4jModel(config, seed, config.architecture());
    model.workers.parameters(model.parameters);
    return model;
  }

  static Dl4jModel restore(
      VisionConfig config, long seed, SafeTensors weights, SafeTensors optimizer) {
    Architecture known = Architecture.of(weights);
    if (!known.withClasses(List.of()).equals(config.architecture())
        || known.classes().size() > config.maxClasses()) {
      throw new SafeTensorsException("the model is " + known + ", the settings are " + config);
    }
    var model = new Dl4jModel(config, seed, known);
    model.layout.put(weights, known, "", model.average.mean);
    if (model.averages()) {
      model.layout.put(optimizer, known, LEARNING, model.parameters);
    } else {
      model.layout.put(weights, known, "", model.parameters);
    }
    model.updater.state.forEach(
        (name, vector) -> model.layout.put(optimizer, known, "." + name, vector));
    model.updater.steps = optimizer.tensor(STEP, ElementType.I64, 1).longs()[0];
    model.workers.parameters(model.parameters);
    return model;
  }

  @Override
  public ImageShape shape() {
    return known.shape();
  }

  @Override
  public List<String> classes() {
    return known.classes();
  }

  /** By a network of its own where those that learn have no decoder; that takes its time. */
  @Override
  public Answers predict(ImageBatch batch) {
    if (config.decoderWeight() == 0) {
      try (var whole = new Dl4jPredictor(known, weights())) {
        return whole.predict(batch);
      }
    }
    float[] pixels = Dl4jPredictor.pixels(known, batch);
    workers.parameters(average.mean);
    Network.Output output = workers.predict(pixels, batch.count());
    workers.parameters(parameters);
    return Dl4jPredictor.answers(known, batch, output);
  }

  @Override
  public Answers learn(ImageBatch batch, List<Optional<String>> labels) {
    Dl4jPredictor.pixels(known, batch);
    if (labels.size() != batch.count()) {
      throw new IllegalArgumentException(
          labels.size() + " labels are not one for each of " + batch.count() + " images");
    }
    int[] targets = targets(labels);
    updater.begin();
    Network.Output output = workers.learn(Lesson.of(batch, known, targets), this::step);
    workers.parameters(parameters);
    return Dl4jPredictor.answers(known, batch, output);
  }

  private void step(float[] gradient, int from, int to) {
    updater.apply(parameters, gradient, from, to);
    average.add(parameters, updater.steps, from, to);
  }

  /** The class of each image; what is met for the first time becomes one, while there is room. */
  private int[] targets(List<Optional<String>> labels) {
    List<String> classes = new ArrayList<>(known.classes());
    int[] targets = new int[labels.size()];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = labels.get(i).map(label -> target(label, classes)).orElse(CrossEntropy.NONE);
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
    return index < 0 ? CrossEntropy.NONE : index;
  }

  private boolean averages() {
    return config.averaging() > 0;
  }

  @Override
  public SafeTensors weights() {
    Map<String, Tensor> tensors = new TreeMap<>();
    layout.take(average.mean, known, "", tensors);
    return SafeTensors.of(tensors, known.metadata());
  }

  @Override
  public SafeTensors optimizer() {
    Map<String, Tensor> tensors = new TreeMap<>();
    updater.state.forEach((name, vector) -> layout.take(vector, known, "." + name, tensors));
    if (averages()) {
      layout.take(parameters, known, LEARNING, tensors);
    }
    tensors.put(STEP, Tensor.of(new long[] {updater.steps}, 1));
    return SafeTensors.of(tensors, Map.of());
  }

  @Override
  public void close() {
    workers.close();
  }
}
