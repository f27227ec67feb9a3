package io.millrace.learning.vision;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.model.NetworkConfig;
import java.util.List;
import java.util.Optional;

/**
 * A network that learns. {@link #predict} uses the weights that are published: the exponential
 * moving average of the weights over the optimizer's updates ({@link NetworkConfig#emaDecay}).
 * Equal settings, seeds and batches give equal bytes. Not thread-safe; all calls come from one
 * long-lived thread.
 */
public interface VisionModel extends VisionPredictor {

  /**
   * Learns from a batch, by one optimizer update. A label that has not occurred before becomes the
   * next class, while {@link NetworkConfig#maxClasses} allows. An image without a label, or with
   * one class too many, trains the decoder alone.
   *
   * @param labels one for each image, in their order; empty for an image without one
   * @return the output before the update, of the forward pass that the update is computed from;
   *     with the classes that are known after it
   */
  NetworkOutput learn(ImageBatch batch, List<Optional<String>> labels);

  /**
   * Scales the optimizer's learning rate from the next update on; 1 at first. The factor is not
   * part of the state.
   */
  void scaleLearningRate(double factor);

  /**
   * The published model: PyTorch's names and layouts, {@code conv1.weight} as out x in x h x w,
   * {@code fc1.weight} as out x in, {@code deconv1.weight} as in x out x h x w; {@code fc2} has one
   * row for each known class. The metadata states shape, padding and classes, so that {@link
   * VisionEngine#load} needs nothing else.
   */
  SafeTensors weights();

  /**
   * The rest of the state that continuing needs: the optimizer's moments, the number of its
   * updates, and the weights of which {@link #weights} is the average.
   */
  SafeTensors optimizer();
}
