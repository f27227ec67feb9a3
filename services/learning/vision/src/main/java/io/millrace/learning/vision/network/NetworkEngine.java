package io.millrace.learning.vision.network;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.learning.vision.Architecture;
import io.millrace.learning.vision.VisionConfig;
import io.millrace.learning.vision.VisionEngine;
import io.millrace.learning.vision.VisionModel;
import io.millrace.learning.vision.VisionPredictor;
import java.util.List;
import java.util.function.Consumer;

/** An engine that brings networks, and leaves learning with them to this package. */
public abstract class NetworkEngine implements VisionEngine, NetworkFactory {

  @Override
  public final VisionModel create(VisionConfig config, long seed) {
    return new NetworkModel(config, seed, List.of(), this);
  }

  @Override
  public final VisionModel begin(VisionConfig config, long seed, SafeTensors weights) {
    return model(config, seed, weights, model -> model.begin(weights));
  }

  @Override
  public final VisionModel restore(
      VisionConfig config, long seed, SafeTensors weights, SafeTensors optimizer) {
    return model(config, seed, weights, model -> model.restore(weights, optimizer));
  }

  @Override
  public VisionPredictor load(SafeTensors weights) {
    return new NetworkPredictor(weights, this);
  }

  private NetworkModel model(
      VisionConfig config, long seed, SafeTensors weights, Consumer<NetworkModel> filling) {
    Architecture stored = Architecture.of(weights);
    if (!stored.withClasses(List.of()).equals(config.architecture())
        || stored.classes().size() > config.maxClasses()) {
      throw new SafeTensorsException("the model is " + stored + ", the settings are " + config);
    }
    var model = new NetworkModel(config, seed, stored.classes(), this);
    try {
      filling.accept(model);
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }
}
