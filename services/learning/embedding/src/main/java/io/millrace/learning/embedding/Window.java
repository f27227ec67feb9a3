package io.millrace.learning.embedding;

/**
 * One target word with the words around it against shared negatives: pWord2Vec (Ji, Satish, Li and
 * Dubey 2016, "Parallelizing Word2Vec in Shared and Distributed Memory"). The context words' input
 * vectors and the output vectors of the target and the noise words are gathered into small
 * matrices; all gradients are taken from these copies, then added to the tables row by row. A noise
 * word that was drawn several times stands once, with its multiplicity; one that equals the target
 * is left out.
 *
 * <p>O(window · (1 + negatives) · dimensions) a target; allocates nothing. Not thread-safe.
 */
final class Window {

  private final Kernel kernel;
  private final RowTable inputs;
  private final RowTable contexts;
  private final NoiseDistribution noise;
  private final SplitMix64 random;
  private final int negatives;
  private final int stride;

  private final int[] inputRows;
  private final int[] outputRows;
  private final float[] multiplicity;
  private final float[] input;
  private final float[] output;
  private final float[] products;
  private final float[] errors;
  private final float[] errorsTransposed;
  private final float[] inputGradient;
  private final float[] outputGradient;
  private final int inputPitch;
  private double loss;
  private long pairs;

  Window(
      SkipGramConfig config,
      Kernel kernel,
      RowTable inputs,
      RowTable contexts,
      NoiseDistribution noise,
      SplitMix64 random) {
    this.kernel = kernel;
    this.inputs = inputs;
    this.contexts = contexts;
    this.noise = noise;
    this.random = random;
    this.negatives = config.negatives();
    this.stride = Kernel.stride(config.dimensions());
    int tile = Kernel.TILE_LEFT * Kernel.TILE_RIGHT;
    int m = Kernel.roundUp(2 * config.window(), tile);
    int n = Kernel.roundUp(1 + negatives, tile);
    this.inputPitch = m;
    this.inputRows = new int[m];
    this.outputRows = new int[n];
    this.multiplicity = new float[n];
    this.input = new float[m * stride];
    this.output = new float[n * stride];
    this.products = new float[m * n];
    this.errors = new float[m * n];
    this.errorsTransposed = new float[n * m];
    this.inputGradient = new float[m * stride];
    this.outputGradient = new float[n * stride];
  }

  /** The sum of the pairs' losses: -ln σ(x) of the true pair, -ln σ(-x) of each noise pair. */
  double loss() {
    return loss;
  }

  /** The pairs of a target and a context word that were learned. */
  long pairs() {
    return pairs;
  }

  /** Continues the sums of an earlier life. */
  void restore(double loss, long pairs) {
    this.loss = loss;
    this.pairs = pairs;
  }

  /**
   * Learns one target.
   *
   * @param rows the rows of a run of words
   * @param length how many there are
   * @param target where the target stands
   * @param reach how far its context extends to both sides, at most the configured window
   */
  void learn(int[] rows, int length, int target, int reach) {
    int m = 0;
    int last = Math.min(length - 1, target + reach);
    for (int at = Math.max(0, target - reach); at <= last; at++) {
      if (at != target) {
        inputRows[m] = rows[at];
        inputs.gather(rows[at], input, m * stride);
        m++;
      }
    }
    if (m > 0) {
      int n = drawOutputs(rows[target]);
      kernel.multiply(input, m, output, n, stride, products);
      score(m, n);
      int across = Kernel.across(n);
      kernel.combine(errors, across, m, output, n, stride, inputGradient);
      kernel.combine(errorsTransposed, inputPitch, n, input, m, stride, outputGradient);
      apply(m, n);
      pairs += m;
    }
  }

  private int drawOutputs(int target) {
    int n = 0;
    outputRows[n++] = target;
    for (int draw = 0; draw < negatives; draw++) {
      int row = noise.draw(random);
      int j = 0;
      while (j < n && outputRows[j] != row) {
        j++;
      }
      if (j == n) {
        outputRows[n] = row;
        multiplicity[n] = 1;
        n++;
      } else if (j > 0) {
        multiplicity[j]++;
      }
    }
    for (int j = 0; j < n; j++) {
      contexts.gather(outputRows[j], output, j * stride);
    }
    return n;
  }

  /** Turns products into errors, label less probability, times multiplicity. */
  private void score(int m, int n) {
    int across = Kernel.across(n);
    float sum = 0;
    for (int i = 0; i < m; i++) {
      int x = Sigmoid.index(products[i * across]);
      sum += Sigmoid.loss(x);
      setError(i, 0, across, 1 - Sigmoid.value(x));
      for (int j = 1; j < n; j++) {
        x = Sigmoid.index(products[i * across + j]);
        sum += multiplicity[j] * Sigmoid.loss(Sigmoid.negated(x));
        setError(i, j, across, -multiplicity[j] * Sigmoid.value(x));
      }
    }
    loss += sum;
  }

  private void setError(int i, int j, int across, float error) {
    errors[i * across + j] = error;
    errorsTransposed[j * inputPitch + i] = error;
  }

  private void apply(int m, int n) {
    for (int i = 0; i < m; i++) {
      inputs.ascend(inputRows[i], inputGradient, i * stride, kernel);
    }
    for (int j = 0; j < n; j++) {
      contexts.ascend(outputRows[j], outputGradient, j * stride, kernel);
    }
  }
}
