package io.millrace.learning.vision.network;

import io.millrace.learning.vision.model.Optimizer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An optimizer with its state: updates a vector of parameters by a gradient, in single precision
 * and in PyTorch's order of operations. (Deeplearning4j's own Adam adds epsilon at another place.)
 */
abstract class Updater {

  /** The state's vectors by PyTorch's names, each as long as the parameters. */
  final Map<String, float[]> state = new LinkedHashMap<>();

  /** Updates so far. */
  long updates;

  /** What the learning rate is multiplied by. */
  double scale = 1;

  static Updater of(Optimizer optimizer, int size) {
    return switch (optimizer) {
      case Optimizer.Adam(double rate) -> new Adam(rate, size);
      case Optimizer.Sgd(double rate) -> new Sgd(rate);
      case Optimizer.Momentum(double rate, double momentum) -> new Momentum(rate, momentum, size);
    };
  }

  /** Begins an update, which {@link #apply} then makes for every parameter. */
  final void beginUpdate() {
    updates++;
  }

  /** Updates the parameters of a range against the gradient; ranges are independent. */
  abstract void apply(float[] parameters, float[] gradient, int from, int to);

  final float[] vector(String name, int size) {
    return state.computeIfAbsent(name, _ -> new float[size]);
  }

  /** Kingma and Ba 2015, algorithm 1. */
  private static final class Adam extends Updater {
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;
    private static final float EPSILON = 1e-8f;

    private final double rate;
    private final float[] mean;
    private final float[] square;

    Adam(double rate, int size) {
      this.rate = rate;
      this.mean = vector("exp_avg", size);
      this.square = vector("exp_avg_sq", size);
    }

    @Override
    void apply(float[] parameters, float[] gradient, int from, int to) {
      float rateNow = (float) (scale * rate / (1 - StrictMath.pow(BETA1, (double) updates)));
      float root = (float) Math.sqrt(1 - StrictMath.pow(BETA2, (double) updates));
      for (int i = from; i < to; i++) {
        float g = gradient[i];
        mean[i] = (float) BETA1 * mean[i] + (float) (1 - BETA1) * g;
        square[i] = (float) BETA2 * square[i] + (float) (1 - BETA2) * g * g;
        parameters[i] -= rateNow * mean[i] / ((float) Math.sqrt(square[i]) / root + EPSILON);
      }
    }
  }

  private static final class Sgd extends Updater {
    private final double rate;

    Sgd(double rate) {
      this.rate = rate;
    }

    @Override
    void apply(float[] parameters, float[] gradient, int from, int to) {
      float rateNow = (float) (scale * rate);
      for (int i = from; i < to; i++) {
        parameters[i] -= rateNow * gradient[i];
      }
    }
  }

  private static final class Momentum extends Updater {
    private final double rate;
    private final float momentum;
    private final float[] velocity;

    Momentum(double rate, double momentum, int size) {
      this.rate = rate;
      this.momentum = (float) momentum;
      this.velocity = vector("momentum_buffer", size);
    }

    @Override
    void apply(float[] parameters, float[] gradient, int from, int to) {
      float rateNow = (float) (scale * rate);
      for (int i = from; i < to; i++) {
        velocity[i] = momentum * velocity[i] + gradient[i];
        parameters[i] -= rateNow * velocity[i];
      }
    }
  }
}
