package io.millrace.learning.embedding;

/**
 * Learns runs of words: each word of a run is a target in turn, predicted from the words around it,
 * against noise words. Noise words are shared by all context words of a target, as pWord2Vec does
 * (Ji, Satish, Li and Dubey 2016), and come from a pool that is drawn for a few targets together,
 * of which each uses some at random: each drawn word serves {@value #NOISE_REUSE} targets on the
 * average, while it is in the cache.
 *
 * <p>O(window · (1 + negatives) · dimensions) a word; allocates nothing. One thread's own; several
 * may learn on the same tables.
 */
final class Window {

  /** Targets for which a pool of noise words is drawn, small enough for their rows to stay near. */
  private static final int BLOCK = 64;

  private static final int NOISE_REUSE = 5;

  /** The least words in a pool: a short run would meet the same ones again and again. */
  private static final int MIN_POOL = 16;

  /** One pair in so many is asked for its loss: a logarithm takes its time. */
  private static final int LOSS_SHIFT = 6;

  private final SkipGramConfig config;
  private final Kernel kernel;
  private final RowTable inputs;
  private final RowTable contexts;
  private final NoiseDistribution noise;
  private final int stride;
  private final Rows left;
  private final Rows right;
  private final int[] leftRows;
  private final int[] rightRows;
  private final int[] pool;
  private final float[] errors;
  private final Hidden hidden;
  private int pooled;
  private double loss;
  private long pairs;
  private float touched;

  Window(
      SkipGramConfig config,
      Kernel kernel,
      RowTable inputs,
      RowTable contexts,
      NoiseDistribution noise) {
    this.config = config;
    this.kernel = kernel;
    this.inputs = inputs;
    this.contexts = contexts;
    this.noise = noise;
    this.stride = Kernel.stride(config.dimensions());
    int lefts = Kernel.roundUp(2 * config.window(), Kernel.PAIR);
    int rights = Kernel.roundUp(1 + config.negatives(), Kernel.GROUP);
    this.left = new Rows(lefts);
    this.right = new Rows(rights);
    this.leftRows = new int[lefts];
    this.rightRows = new int[rights];
    this.errors = new float[Kernel.errors(lefts, rights)];
    this.pool = new int[Math.max(MIN_POOL, poolFor(BLOCK))];
    this.hidden = new Hidden(kernel, stride);
  }

  private int poolFor(int targets) {
    return targets * config.negatives() / NOISE_REUSE;
  }

  /**
   * The sum of the pairs' losses, estimated from some: -ln σ(x) of the true pair, -ln σ(-x) of each
   * noise pair.
   */
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

  /** Learns a run of words, given by their rows. */
  void learn(int[] rows, int length, SplitMix64 random) {
    for (int from = 0; from < length; from += BLOCK) {
      int to = Math.min(length, from + BLOCK);
      fillPool(Math.max(MIN_POOL, poolFor(to - from)), random);
      for (int i = from; i < to; i++) {
        touched += inputs.touch(rows[i]) + contexts.touch(rows[i]);
      }
      for (int target = from; target < to; target++) {
        int reach = 1 + (int) random.nextBelow(config.window());
        learn(
            rows,
            Math.max(0, target - reach),
            target,
            Math.min(length, target + reach + 1),
            random);
      }
    }
  }

  private void fillPool(int size, SplitMix64 random) {
    pooled = size;
    for (int i = 0; i < size; i++) {
      pool[i] = noise.draw(random);
      touched += contexts.touch(pool[i]);
    }
  }

  /** Learns one target from the words from one position to before another. */
  private void learn(int[] rows, int from, int target, int to, SplitMix64 random) {
    inputs.choose(left);
    for (int at = from; at < to; at++) {
      if (at != target) {
        leftRows[left.count] = rows[at];
        inputs.add(rows[at], left);
      }
    }
    int m = left.count;
    if (m == 0) {
      return;
    }
    if (m % Kernel.PAIR != 0) {
      inputs.addZeros(left);
      left.count = m;
    }
    chooseRight(rows[target], random);
    if (config.architecture() == Architecture.CBOW) {
      hidden.learn(left, right, errors);
      addLoss(1, m);
    } else {
      kernel.errors(left, right, stride, errors);
      kernel.ascend(left, right, stride, errors);
      addLoss(m, m);
    }
    for (int i = 0; i < m; i++) {
      inputs.moved(leftRows[i], left.squares[i]);
    }
    for (int j = 0; j <= config.negatives(); j++) {
      if (right.rates[j] != 0) {
        contexts.moved(rightRows[j], right.squares[j]);
      }
    }
  }

  /** The target and its noise words; where one of these is the target, none stands in its place. */
  private void chooseRight(int target, SplitMix64 random) {
    contexts.choose(right);
    rightRows[0] = target;
    contexts.add(target, right);
    for (int j = 1; j <= config.negatives(); j++) {
      int row = pool[(int) random.nextBelow(pooled)];
      rightRows[j] = row;
      if (row == target) {
        contexts.addZeros(right);
      } else {
        contexts.add(row, right);
      }
    }
    while (right.count < right.at.length) {
      contexts.addZeros(right);
    }
  }

  private void addLoss(int lefts, int newPairs) {
    long asked = ((pairs + newPairs) >>> LOSS_SHIFT) - (pairs >>> LOSS_SHIFT);
    pairs += newPairs;
    if (asked == 0) {
      return;
    }
    double sum = 0;
    for (int i = 0; i < lefts; i++) {
      double likelihood = 1;
      for (int j = 0; j <= config.negatives(); j++) {
        boolean counts = right.rates[j] != 0;
        likelihood *= counts ? 1 - Math.abs(errors[Kernel.errorAt(lefts, i, j)]) : 1;
      }
      sum -= StrictMath.log(likelihood);
    }
    loss += (asked << LOSS_SHIFT) * sum / lefts;
  }
}
