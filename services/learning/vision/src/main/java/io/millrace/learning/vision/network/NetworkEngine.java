package io.millrace.learning.vision.network;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.learning.vision.VisionEngine;
import io.millrace.learning.vision.VisionModel;
import io.millrace.learning.vision.VisionPredictor;
import io.millrace.learning.vision.model.Architecture;
import io.millrace.learning.vision.model.NetworkConfig;
import java.util.List;
import java.util.function.Consumer;

/** An engine that provides a {@link Network}; this package trains it. */
public abstract class NetworkEngine implements VisionEngine, NetworkFactory {

  @Override
  public final VisionModel create(NetworkConfig config, long seed) {
    return new NetworkModel(config, seed, List.of(), this);
  }

  @Override
  public final VisionModel createFrom(NetworkConfig config, long seed, SafeTensors weights) {
    return model(config, seed, weights, model -> model.startFrom(weights));
  }

  @Override
  public final VisionModel restore(
      NetworkConfig config, long seed, SafeTensors weights, SafeTensors optimizer) {
    return model(config, seed, weights, model -> model.restore(weights, optimizer));
  }

  @Override
  public VisionPredictor load(SafeTensors weights) {
    return new NetworkPredictor(weights, this);
  }

  private NetworkModel model(
      NetworkConfig config, long seed, SafeTensors weights, Consumer<NetworkModel> filling) {
    Architecture stored = Architecture.of(weights);
    if (!stored.withClasses(List.of()).equals(config.architecture())
        || stored.classes().size() > config.maxClasses()) {
      throw new SafeTensorsException(
          "the stored network is " + stored + ", the settings ask for " + config);
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
