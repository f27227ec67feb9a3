package io.millrace.learning.vision.dl4j;

import io.millrace.learning.core.Softmax;
import io.millrace.learning.vision.network.TrainingBatch;

/**
 * Cross-entropy of the softmax over the classes that are known, mean over the labelled images of
 * the batch, as PyTorch's {@code cross_entropy}. The units of classes that have not occurred take
 * no part in it.
 */
final class CrossEntropy extends OutputLoss {

  private static final long serialVersionUID = 1L;

  private final double weight;
  private final int units;
  private transient int[] targets = new int[0];
  private transient int classes;
  private transient int labelled;

  CrossEntropy(double weight, int units) {
    this.weight = weight;
    this.units = units;
  }

  /** Sets the targets of the next images. */
  void expect(TrainingBatch batch) {
    targets = batch.targets();
    classes = batch.classes();
    labelled = batch.labelled();
  }

  @Override
  void gradient(float[] output, float[] gradient) {
    java.util.Arrays.fill(gradient, 0);
    for (int i = 0; i < targets.length; i++) {
      if (targets[i] != TrainingBatch.UNLABELLED) {
        row(output, gradient, i, weight / labelled);
      }
    }
  }

  private void row(float[] output, float[] gradient, int image, double scale) {
    int from = image * units;
    double[] probabilities = Softmax.of(output, from, classes);
    for (int k = 0; k < classes; k++) {
      double hit = k == targets[image] ? 1 : 0;
      gradient[from + k] = (float) (scale * (probabilities[k] - hit));
    }
  }
}
