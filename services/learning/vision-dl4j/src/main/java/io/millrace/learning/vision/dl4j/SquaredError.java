package io.millrace.learning.vision.dl4j;

import io.millrace.learning.vision.network.TrainingBatch;

/** Squared error, mean over images and pixels, as PyTorch's {@code mse_loss}. */
final class SquaredError extends OutputLoss {

  private static final long serialVersionUID = 1L;

  private final double weight;
  private transient float[] targets = new float[0];
  private transient int images;

  SquaredError(double weight) {
    this.weight = weight;
  }

  /** Sets the targets of the next images. */
  void expect(TrainingBatch batch) {
    targets = batch.decoded();
    images = batch.images();
  }

  @Override
  void gradient(float[] output, float[] gradient) {
    int pixels = output.length / count();
    float scale = (float) (2 * weight / ((double) images * pixels));
    for (int i = 0; i < output.length; i++) {
      gradient[i] = scale * (output[i] - targets[i]);
    }
  }
}
