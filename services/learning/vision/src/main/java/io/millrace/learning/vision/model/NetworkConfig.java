package io.millrace.learning.vision.model;

import io.millrace.learning.vision.images.ImageShape;
import java.util.List;

/**
 * What a network is and how it learns.
 *
 * @param shape the images that it takes
 * @param padded whether the convolutions pad by 1; without, 28 x 28 shrinks to 5 x 5 instead of 7 x
 *     7, and the decoder learns the image reduced to 20 x 20
 * @param hidden units of the head's hidden layer
 * @param maxClasses the most classes that are told apart
 * @param optimizer how weights follow their gradients
 * @param emaDecay how much of the published weights stays from one step to the next; the rest comes
 *     from the weights that learn. So what is published is their mean over some 1 / (1 - averaging)
 *     steps, which is steadier and better than the last of them (Polyak and Juditsky 1992). 0
 *     publishes them as they are
 * @param headWeight the weight of the head's loss, cross-entropy, mean over the labelled images
 * @param decoderWeight the weight of the decoder's loss, squared error, mean over images and
 *     pixels; 0 leaves the decoder's part out of every step
 * @param workers the parts that a batch is cut into, which are passed forward and back side by
 *     side; their gradients are added in their order, so that another number makes other roundings
 */
public record NetworkConfig(
    ImageShape shape,
    boolean padded,
    int hidden,
    int maxClasses,
    Optimizer optimizer,
    double emaDecay,
    double headWeight,
    double decoderWeight,
    int workers) {

  /** The most parts of a batch. */
  public static final int MAX_WORKERS = 64;

  public NetworkConfig {
    if (shape.height() < 10 || shape.width() < 10) {
      throw new IllegalArgumentException("images must be at least 10 x 10, were " + shape);
    }
    if (hidden < 1 || maxClasses < 1) {
      throw new IllegalArgumentException(
          "hidden and maxClasses must be >= 1, were " + hidden + " and " + maxClasses);
    }
    if (workers < 1 || workers > MAX_WORKERS) {
      throw new IllegalArgumentException(
          "workers must be in [1, " + MAX_WORKERS + "], was " + workers);
    }
    if (!(emaDecay >= 0 && emaDecay < 1)) {
      throw new IllegalArgumentException("averaging must be in [0, 1), was " + emaDecay);
    }
    if (!(headWeight >= 0) || !(decoderWeight >= 0) || headWeight + decoderWeight == 0) {
      throw new IllegalArgumentException(
          "the weights of the losses must be >= 0 and one of them > 0, were "
              + headWeight
              + " and "
              + decoderWeight);
    }
  }

  /** The same with another number of workers. */
  public NetworkConfig withWorkers(int others) {
    return new NetworkConfig(
        shape, padded, hidden, maxClasses, optimizer, emaDecay, headWeight, decoderWeight, others);
  }

  /** The network that these settings make, before it has met a class. */
  public Architecture architecture() {
    return new Architecture(shape, padded, hidden, List.of());
  }

  /**
   * 28 x 28 grey, padded, 128 hidden units, 64 classes, Adam at 1e-3, the mean of some 200 steps,
   * two workers.
   */
  public static NetworkConfig defaults() {
    return new NetworkConfig(
        new ImageShape(1, 28, 28), true, 128, 64, new Optimizer.Adam(1e-3), 0.995, 1, 1, 2);
  }
}
