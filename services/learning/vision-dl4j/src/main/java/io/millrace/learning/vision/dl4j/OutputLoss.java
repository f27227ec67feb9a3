package io.millrace.learning.vision.dl4j;

import static java.util.Objects.requireNonNull;

import io.millrace.learning.vision.network.LossGradient;
import io.millrace.learning.vision.network.TrainingBatch;
import org.jspecify.annotations.Nullable;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * A loss whose gradient is computed in Java, for an output without activation. It keeps the output,
 * so that one forward pass gives both the prediction and the update.
 */
final class OutputLoss implements ILossFunction {

  private static final long serialVersionUID = 1L;

  private final transient LossGradient loss;
  private transient @Nullable TrainingBatch batch;
  private transient float[] output = new float[0];
  private transient float[] gradient = new float[0];

  OutputLoss(LossGradient loss) {
    this.loss = loss;
  }

  /** Sets the batch of the next pass. */
  void expect(TrainingBatch next) {
    batch = next;
  }

  /** The network's output in the last pass, {@code float[count, units]}. */
  float[] output() {
    return output;
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    int size = Math.toIntExact(preOutput.length());
    if (output.length != size) {
      output = new float[size];
      gradient = new float[size];
    }
    NdArrayCopy.read(preOutput, output);
    loss.compute(requireNonNull(batch), output, gradient);
    return Nd4j.create(gradient, preOutput.shape(), 'c');
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
    return new Pair<>(0.0, computeGradient(labels, preOutput, activation, mask));
  }

  /** Not used: the loss is computed from the output. */
  @Override
  public double computeScore(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask, boolean average) {
    return 0;
  }

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
    throw new UnsupportedOperationException("the loss is computed from the output");
  }

  @Override
  public String name() {
    return getClass().getSimpleName();
  }
}
