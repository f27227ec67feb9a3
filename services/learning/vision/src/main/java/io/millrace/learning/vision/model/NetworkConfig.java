package io.millrace.learning.vision.model;

import io.millrace.learning.vision.images.ImageShape;
import java.util.List;

/**
 * What a network is and how it is trained.
 *
 * @param shape of the input images
 * @param padded whether the convolutions pad by 1; without padding 28 x 28 shrinks to 5 x 5 instead
 *     of 7 x 7, and the decoder learns the image reduced to 20 x 20
 * @param hidden units of the head's hidden layer
 * @param maxClasses the most classes
 * @param optimizer updates the weights by their gradients
 * @param emaDecay the decay of the exponential moving average of the weights over the optimizer's
 *     updates, about 1 / (1 - emaDecay) of them; the average is published, since it is steadier and
 *     better than the last weights (Polyak and Juditsky 1992). 0 publishes the weights themselves
 * @param headWeight the weight of the head's loss, cross-entropy, mean over the labelled images
 * @param decoderWeight the weight of the decoder's loss, squared error, mean over images and
 *     pixels; 0 trains no decoder
 * @param workers the parts into which a batch is split, each computed on a thread of its own; their
 *     gradients are added in their order, so that another number makes other roundings
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
      throw new IllegalArgumentException("emaDecay must be in [0, 1), was " + emaDecay);
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

  /** The network of these settings, with no class yet. */
  public Architecture architecture() {
    return new Architecture(shape, padded, hidden, List.of());
  }

  /**
   * 28 x 28 grey, padded, 128 hidden units, 64 classes, Adam at 1e-3, an average over about 200
   * updates, two workers.
   */
  public static NetworkConfig defaults() {
    return new NetworkConfig(
        new ImageShape(1, 28, 28), true, 128, 64, new Optimizer.Adam(1e-3), 0.995, 1, 1, 2);
  }
}
