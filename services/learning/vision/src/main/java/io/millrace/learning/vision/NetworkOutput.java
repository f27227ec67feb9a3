package io.millrace.learning.vision;

/**
 * What a network says of a batch. The arrays are handed over, not copied.
 *
 * @param count images in the batch
 * @param classes classes that the network knew
 * @param scores {@code float[count, classes]} before the softmax, in the order of the classes
 * @param reconstructions {@code float[count, channels, height, width]}, NCHW, in [0, 1], of the
 *     images' own extent, stretched to it where the decoder gives less; empty where the network
 *     does not decode
 */
public record NetworkOutput(int count, int classes, float[] scores, float[] reconstructions) {
  public NetworkOutput {
    if (scores.length != Math.multiplyExact(count, classes)) {
      throw new IllegalArgumentException(
          count + " x " + classes + " scores are not " + scores.length + " numbers");
    }
  }
}
