package io.millrace.learning.vision.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Max-pooling of 2 x 2 pixels and ReLU in one pass, which records the largest of the four, the
 * winner: the gradient goes to it. Of equal numbers the first wins, as in PyTorch; where none is
 * above zero, none does. Channels are a multiple of {@link VectorLanes#BLOCK}.
 */
final class MaxPooling {

  private static final VectorSpecies<Float> SPECIES = VectorLanes.Species.PREFERRED;
  private static final int WIDTH = SPECIES.length();
  private static final float NO_WINNER = -1;

  private MaxPooling() {}

  /**
   * Pools two rows of {@code float[2 · pixels, channels]} to one.
   *
   * @param rows the second follows the first at once
   * @param winners {@code float[pixels, channels]} from the offset on: 0 to 3, or -1
   */
  static void forward(
      float[] rows, int channels, int pixels, float[] out, int at, float[] winners, int winnersAt) {
    int below = 2 * pixels * channels;
    for (int p = 0; p < pixels; p++) {
      for (int c = 0; c < channels; c += WIDTH) {
        int from = 2 * p * channels + c;
        FloatVector most = FloatVector.fromArray(SPECIES, rows, from);
        FloatVector winner = FloatVector.zero(SPECIES);
        FloatVector next = FloatVector.fromArray(SPECIES, rows, from + channels);
        VectorMask<Float> more = next.compare(VectorOperators.GT, most);
        most = most.blend(next, more);
        winner = winner.blend(1f, more);
        next = FloatVector.fromArray(SPECIES, rows, from + below);
        more = next.compare(VectorOperators.GT, most);
        most = most.blend(next, more);
        winner = winner.blend(2f, more);
        next = FloatVector.fromArray(SPECIES, rows, from + below + channels);
        more = next.compare(VectorOperators.GT, most);
        most = most.blend(next, more);
        winner = winner.blend(3f, more);
        VectorMask<Float> dead = most.compare(VectorOperators.LE, 0f);
        most.blend(0f, dead).intoArray(out, at + p * channels + c);
        winner.blend(NO_WINNER, dead).intoArray(winners, winnersAt + p * channels + c);
      }
    }
  }

  /**
   * Copies the gradient of a pooled row to the winners in the two rows, and sums it up by channel.
   *
   * @param to where the first of the two rows begins; it is below apart from the second
   * @param sums {@code float[channels]}, added to
   */
  static void backward(
      float[] gradient,
      int from,
      float[] winners,
      int winnersAt,
      int channels,
      int pixels,
      float[] rows,
      int to,
      int below,
      float[] sums) {
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int c = 0; c < channels; c += WIDTH) {
      FloatVector sum = FloatVector.fromArray(SPECIES, sums, c);
      for (int p = 0; p < pixels; p++) {
        FloatVector g = FloatVector.fromArray(SPECIES, gradient, from + p * channels + c);
        FloatVector winner = FloatVector.fromArray(SPECIES, winners, winnersAt + p * channels + c);
        int at = to + 2 * p * channels + c;
        zero.blend(g, winner.compare(VectorOperators.EQ, 0f)).intoArray(rows, at);
        zero.blend(g, winner.compare(VectorOperators.EQ, 1f)).intoArray(rows, at + channels);
        zero.blend(g, winner.compare(VectorOperators.EQ, 2f)).intoArray(rows, at + below);
        zero.blend(g, winner.compare(VectorOperators.EQ, 3f))
            .intoArray(rows, at + below + channels);
        sum = sum.add(g.blend(zero, winner.compare(VectorOperators.LT, 0f)));
      }
      sum.intoArray(sums, c);
    }
  }
}
