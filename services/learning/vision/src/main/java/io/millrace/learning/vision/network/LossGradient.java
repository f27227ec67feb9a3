package io.millrace.learning.vision.network;

import io.millrace.learning.core.Softmax;
import java.util.Arrays;

/** The gradient of a loss with respect to an output of the network. */
@FunctionalInterface
public interface LossGradient {

  /**
   * Computes the gradient over a part of a batch.
   *
   * @param output {@code float[count, …]}
   * @param gradient as long as the output; written
   */
  void compute(TrainingBatch part, float[] output, float[] gradient);

  /**
   * Cross-entropy of the softmax over the classes that are known, mean over the labelled images of
   * the batch, as PyTorch's {@code cross_entropy}. The units of classes that have not occurred take
   * no part in it.
   *
   * @param weight of this loss
   * @param units of the output, {@code float[count, units]}
   */
  static LossGradient crossEntropy(double weight, int units) {
    return (part, output, gradient) -> {
      Arrays.fill(gradient, 0, part.count() * units, 0);
      for (int image = 0; image < part.count(); image++) {
        int target = part.targets()[image];
        if (target != TrainingBatch.UNLABELLED) {
          int from = image * units;
          double scale = weight / part.labelled();
          double[] probabilities = Softmax.of(output, from, part.classes());
          for (int k = 0; k < part.classes(); k++) {
            double hit = k == target ? 1 : 0;
            gradient[from + k] = (float) (scale * (probabilities[k] - hit));
          }
        }
      }
    };
  }

  /**
   * Squared error, mean over images and pixels, as PyTorch's {@code mse_loss}.
   *
   * @param weight of this loss
   */
  static LossGradient squaredError(double weight) {
    return (part, output, gradient) -> {
      float[] targets = part.decoded();
      int pixels = targets.length / part.count();
      float scale = (float) (2 * weight / ((double) part.images() * pixels));
      for (int i = 0; i < targets.length; i++) {
        gradient[i] = scale * (output[i] - targets[i]);
      }
    };
  }
}
