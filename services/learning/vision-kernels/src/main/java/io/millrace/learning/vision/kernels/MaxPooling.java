package io.millrace.learning.vision.kernels;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Max-pooling of 2 x 2 pixels and ReLU in one pass, which records the largest of the four, the
 * winner: the gradient goes to it. Of equal numbers the first wins, as in PyTorch; where none is
 * above zero, none does.
 */
final class MaxPooling {

  private static final VectorSpecies<Float> SPECIES = VectorLanes.Species.PREFERRED;
  private static final float NO_WINNER = -1;

  private MaxPooling() {}

  /**
   * Pools a vector of channels of four pixels, two of a row and the two below them.
   *
   * @param out a vector from the offset on; written
   * @param winners 0 to 3 for a to d, or -1, from the offset on; written
   */
  static void pool(
      FloatVector a,
      FloatVector b,
      FloatVector c,
      FloatVector d,
      float[] out,
      int at,
      float[] winners,
      int winnersAt) {
    FloatVector winner = FloatVector.zero(SPECIES);
    VectorMask<Float> more = b.compare(VectorOperators.GT, a);
    FloatVector most = a.blend(b, more);
    winner = winner.blend(1f, more);
    more = c.compare(VectorOperators.GT, most);
    most = most.blend(c, more);
    winner = winner.blend(2f, more);
    more = d.compare(VectorOperators.GT, most);
    most = most.blend(d, more);
    winner = winner.blend(3f, more);
    VectorMask<Float> dead = most.compare(VectorOperators.LE, 0f);
    most.blend(0f, dead).intoArray(out, at);
    winner.blend(NO_WINNER, dead).intoArray(winners, winnersAt);
  }
}
