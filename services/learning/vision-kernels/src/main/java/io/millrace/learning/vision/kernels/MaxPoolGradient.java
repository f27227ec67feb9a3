package io.millrace.learning.vision.kernels;

/**
 * The sparse gradient of a convolution's output before max-pooling by 2 and ReLU. Of four numbers
 * only the largest has a gradient, and only if the ReLU let it through: a quarter of them at most.
 * They are listed, output channel by output channel, each with the window of the input from which
 * it was computed. Of one image at a time; not thread-safe.
 */
final class MaxPoolGradient {

  private final int channels;
  private final int positions;
  private final int[] origins;
  private final int[] shifts;
  private final int[] ends;

  /** Where the window of each number begins in the input. */
  final int[] windows;

  /** The gradient of each number. */
  final float[] gradients;

  /**
   * An empty list.
   *
   * @param input with the padding of the convolution
   * @param output after the pooling
   */
  MaxPoolGradient(PaddedShape input, PaddedShape output) {
    this.channels = output.channels();
    this.positions = output.height() * output.width();
    this.origins = new int[positions];
    for (int position = 0; position < positions; position++) {
      int y = position / output.width();
      int x = position % output.width();
      origins[position] = 2 * y * input.rowStride() + 2 * x * input.channels();
    }
    this.shifts =
        new int[] {0, input.channels(), input.rowStride(), input.rowStride() + input.channels()};
    this.ends = new int[channels];
    this.windows = new int[channels * positions];
    this.gradients = new float[channels * positions];
  }

  /** Where the list of an output channel begins. */
  int begin(int channel) {
    return channel * positions;
  }

  /** Where it ends, exclusive. */
  int end(int channel) {
    return ends[channel];
  }

  /**
   * Lists the numbers of an image.
   *
   * @param from where the image's input begins
   * @param winners as {@link MaxPooling} wrote them
   * @param d the gradient after the pooling, {@code float[height, width, channels]}
   */
  void collect(int from, float[] winners, int winnersAt, float[] d, int dFrom) {
    for (int channel = 0; channel < channels; channel++) {
      int at = begin(channel);
      for (int position = 0; position < positions; position++) {
        int winner = (int) winners[winnersAt + position * channels + channel];
        windows[at] = from + origins[position] + shifts[winner & 3];
        gradients[at] = d[dFrom + position * channels + channel];
        at += 1 + (winner >> 31); // No winner, -1: the next overwrites it.
      }
      ends[channel] = at;
    }
  }
}
