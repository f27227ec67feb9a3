package io.millrace.learning.vision;

/**
 * A network's output for a batch. The arrays are not copied.
 *
 * @param count images in the batch
 * @param classes the number of classes that the network knows
 * @param scores {@code float[count, classes]} before the softmax, in the order of the classes
 * @param reconstructions {@code float[count, channels, height, width]}, NCHW, in [0, 1], of the
 *     images' own extent, resized to it where the decoder's is smaller; empty where the network has
 *     no decoder
 */
public record NetworkOutput(int count, int classes, float[] scores, float[] reconstructions) {
  public NetworkOutput {
    if (scores.length != Math.multiplyExact(count, classes)) {
      throw new IllegalArgumentException(
          count + " x " + classes + " scores are not " + scores.length + " numbers");
    }
  }
}
