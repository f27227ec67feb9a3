package io.millrace.learning.embedding;

import io.millrace.learning.core.SplitMix64;
import io.millrace.learning.embedding.kernel.CbowLayer;
import io.millrace.learning.embedding.kernel.Kernel;
import io.millrace.learning.embedding.kernel.RowSelection;
import io.millrace.learning.embedding.table.EmbeddingTable;
import io.millrace.learning.embedding.vocabulary.NoiseDistribution;

/**
 * Learns from runs of words, one block of {@value #BLOCK} targets after the other:
 *
 * <ol>
 *   <li>A pool of noise words is drawn for the block. Each word of the pool serves {@value
 *       #NOISE_REUSE} targets on average, while its row is in the cache.
 *   <li>The rows of all words of the block and the pool are marked as changed and brought into the
 *       cache.
 *   <li>Each word of the block is the target in turn. It draws the reach of its window, from 1 to
 *       {@link SkipGramConfig#window}; the words within it are the context words.
 *   <li>Their input vectors are the left rows; the context vectors of the target and of noise words
 *       picked from the pool are the right rows. All context words of a target share its noise
 *       words, as in pWord2Vec (Ji, Satish, Li and Dubey 2016).
 *   <li>The kernel computes the error of each pair, label less probability. The target's label is
 *       1, a noise word's is 0.
 *   <li>The kernel moves all rows along their gradients, at the rates that AdaGrad gives them. CBOW
 *       does both with the mean of the left rows ({@link CbowLayer}).
 *   <li>Each moved row adds the gradient's mean square to its accumulator.
 * </ol>
 *
 * <p>O(window · (1 + negatives) · dimensions) a word; allocates nothing. One thread's own; several
 * threads may learn on the same tables.
 */
final class WindowLearner {

  /** Targets for which a pool of noise words is drawn, small enough for their rows to stay near. */
  private static final int BLOCK = 64;

  /** Targets that each word of a pool serves on average. */
  private static final int NOISE_REUSE = 5;

  /** The least words in a pool: a short run would use the same few again and again. */
  private static final int MIN_POOL = 16;

  /** The loss is computed for one pair in 2^6, since a logarithm is slow. */
  private static final int LOSS_SHIFT = 6;

  private final SkipGramConfig config;
  private final Kernel kernel;
  private final EmbeddingTable inputs;
  private final EmbeddingTable contexts;
  private final NoiseDistribution noise;
  private final int stride;
  private final RowSelection left;
  private final RowSelection right;
  private final int[] leftRows;
  private final int[] rightRows;
  private final int[] pool;
  private final float[] errors;
  private final CbowLayer cbow;
  private int poolSize;
  private double loss;
  private long pairs;
  private float prefetchSink;

  WindowLearner(
      SkipGramConfig config,
      Kernel kernel,
      EmbeddingTable inputs,
      EmbeddingTable contexts,
      NoiseDistribution noise) {
    this.config = config;
    this.kernel = kernel;
    this.inputs = inputs;
    this.contexts = contexts;
    this.noise = noise;
    this.stride = Kernel.stride(config.dimensions());
    int lefts = Kernel.roundUp(2 * config.window(), Kernel.PAIR);
    int rights = Kernel.roundUp(1 + config.negatives(), Kernel.GROUP);
    this.left = new RowSelection(lefts);
    this.right = new RowSelection(rights);
    this.leftRows = new int[lefts];
    this.rightRows = new int[rights];
    this.errors = new float[Kernel.errorsLength(lefts, rights)];
    this.pool = new int[Math.max(MIN_POOL, poolFor(BLOCK))];
    this.cbow = new CbowLayer(kernel, stride);
  }

  private int poolFor(int targets) {
    return targets * config.negatives() / NOISE_REUSE;
  }

  /**
   * The sum of the pairs' losses, nats, estimated from one pair in 64: -ln σ(x) of the true pair
   * and -ln σ(-x) of each noise pair.
   */
  double loss() {
    return loss;
  }

  /** Pairs of target and context word learned from. */
  long pairs() {
    return pairs;
  }

  /** Continues the sums of a restored model. */
  void restore(double loss, long pairs) {
    this.loss = loss;
    this.pairs = pairs;
  }

  /**
   * Learns a run of words.
   *
   * @param rows {@code int[length]} at least, the rows of the words in their order
   */
  void learn(int[] rows, int length, SplitMix64 random) {
    for (int from = 0; from < length; from += BLOCK) {
      int to = Math.min(length, from + BLOCK);
      fillPool(Math.max(MIN_POOL, poolFor(to - from)), random);
      for (int i = from; i < to; i++) {
        prefetchSink += inputs.markAndPrefetch(rows[i]) + contexts.markAndPrefetch(rows[i]);
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
    poolSize = size;
    for (int i = 0; i < size; i++) {
      pool[i] = noise.draw(random);
      prefetchSink += contexts.markAndPrefetch(pool[i]);
    }
  }

  /**
   * Learns one target with the context words at {@code from} (inclusive) to {@code to} (exclusive).
   */
  private void learn(int[] rows, int from, int target, int to, SplitMix64 random) {
    inputs.beginSelection(left);
    for (int at = from; at < to; at++) {
      if (at != target) {
        leftRows[left.count] = rows[at];
        inputs.select(rows[at], left);
      }
    }
    int m = left.count;
    if (m == 0) {
      return;
    }
    if (m % Kernel.PAIR != 0) {
      inputs.selectPadding(left);
      left.count = m;
    }
    selectTargetAndNoise(rows[target], random);
    if (config.architecture() == EmbeddingArchitecture.CBOW) {
      cbow.update(left, right, errors);
      addLoss(1, m);
    } else {
      kernel.errors(left, right, stride, errors);
      kernel.applyGradients(left, right, stride, errors);
      addLoss(m, m);
    }
    for (int i = 0; i < m; i++) {
      inputs.recordUpdate(leftRows[i], left.squares[i]);
    }
    for (int j = 0; j <= config.negatives(); j++) {
      if (right.rates[j] != 0) {
        contexts.recordUpdate(rightRows[j], right.squares[j]);
      }
    }
  }

  /** Selects the target and noise words; padding stands where a noise word is the target itself. */
  private void selectTargetAndNoise(int target, SplitMix64 random) {
    contexts.beginSelection(right);
    rightRows[0] = target;
    contexts.select(target, right);
    for (int j = 1; j <= config.negatives(); j++) {
      int row = pool[(int) random.nextBelow(poolSize)];
      rightRows[j] = row;
      if (row == target) {
        contexts.selectPadding(right);
      } else {
        contexts.select(row, right);
      }
    }
    while (right.count < right.offsets.length) {
      contexts.selectPadding(right);
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
        likelihood *= counts ? 1 - Math.abs(errors[Kernel.errorIndex(lefts, i, j)]) : 1;
      }
      sum -= StrictMath.log(likelihood);
    }
    loss += (asked << LOSS_SHIFT) * sum / lefts;
  }
}
