package io.millrace.learning.vision;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.vision.images.ImageBatch;
import io.millrace.learning.vision.model.NetworkConfig;
import java.util.List;
import java.util.Optional;

/**
 * A network that learns. It answers, in {@link #predict}, with the weights that it publishes, the
 * mean of those that learn over some steps if {@link NetworkConfig#emaDecay} says so. With equal
 * settings, seed and batches it becomes equal to the byte. Not thread-safe; all calls come from one
 * long-lived thread.
 */
public interface VisionModel extends VisionPredictor {

  /**
   * Makes one gradient step. A label that was not met before becomes the next class, while {@link
   * NetworkConfig#maxClasses} allows; an image without a label teaches the decoder alone.
   *
   * @param labels one for each image, in their order; empty for an image without one
   * @return what the weights that learn said of the batch before the step, from the same forward
   *     pass; with the classes known after it
   */
  NetworkOutput learn(ImageBatch batch, List<Optional<String>> labels);

  /**
   * Scales the optimizer's learning rate from the next step on; 1 at first. It is no part of the
   * state.
   */
  void scaleLearningRate(double factor);

  /**
   * The published model: PyTorch's names and layouts, {@code conv1.weight} as out x in x h x w,
   * {@code fc1.weight} as out x in, {@code deconv1.weight} as in x out x h x w; {@code fc2} has one
   * row for each known class. The metadata name shape, padding and classes, so that {@link
   * VisionEngine#load} needs nothing else.
   */
  SafeTensors weights();

  /**
   * All else that continuing needs: the optimizer's moments, its step count, the weights that
   * learn.
   */
  SafeTensors optimizer();
}
