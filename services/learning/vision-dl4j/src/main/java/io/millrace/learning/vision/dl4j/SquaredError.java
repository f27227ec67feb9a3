package io.millrace.learning.vision.dl4j;

/** Squared error, mean over images and pixels, as PyTorch's {@code mse_loss}. */
final class SquaredError extends OutputLoss {

  private static final long serialVersionUID = 1L;

  private final double weight;
  private transient float[] targets = new float[0];

  SquaredError(double weight) {
    this.weight = weight;
  }

  /** The pixels that the next batch's are compared with. */
  void expect(float[] nextTargets) {
    targets = nextTargets;
  }

  @Override
  void gradient(float[] output, float[] gradient) {
    float scale = (float) (2 * weight / output.length);
    for (int i = 0; i < output.length; i++) {
      gradient[i] = scale * (output[i] - targets[i]);
    }
  }
}
