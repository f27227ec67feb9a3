package io.millrace.learning.vision.model;

/**
 * Which optimizer updates the weights by their gradients, and its hyper-parameters; as PyTorch's
 * optimizers of the same names.
 */
public sealed interface Optimizer {

  /** Kingma and Ba 2015, with beta 0.9 and 0.999 and epsilon 1e-8. */
  record Adam(double learningRate) implements Optimizer {
    public Adam {
      positive(learningRate);
    }
  }

  /** Plain stochastic gradient descent. */
  record Sgd(double learningRate) implements Optimizer {
    public Sgd {
      positive(learningRate);
    }
  }

  /** Gradient descent with momentum, undamped and not Nesterov's. */
  record Momentum(double learningRate, double momentum) implements Optimizer {
    public Momentum {
      positive(learningRate);
      if (!(momentum > 0 && momentum < 1)) {
        throw new IllegalArgumentException("momentum must be in (0, 1), was " + momentum);
      }
    }
  }

  /** The learning rate. */
  double learningRate();

  private static void positive(double learningRate) {
    if (!(learningRate > 0)) {
      throw new IllegalArgumentException("learningRate must be > 0, was " + learningRate);
    }
  }
}
