package io.millrace.learning.embedding;

/**
 * The hyper-parameters of {@link SkipGram}. Any difference makes another model of the same text.
 *
 * @param architecture what predicts a target word
 * @param dimensions the length of a vector, 1 to 1,024
 * @param window the greatest distance of a context word from its target, 1 to 100; each target
 *     draws its own from 1 to this
 * @param negatives noise words for each target, 1 to 100
 * @param sample the subsampling threshold: words more frequent than this share of the text are
 *     dropped at random; 0 keeps all
 * @param minCount the count at which a word gets a vector
 * @param capacity the most words that are counted at any time, with or without a vector; at least
 *     {@value #MIN_CAPACITY}
 * @param headroom the share of the capacity that an eviction frees at least, in (0, 0.5]
 * @param learningRate AdaGrad's eta, the scale of an update
 * @param adagradDecay the share by which a row's accumulator decays at each update, so that words
 *     of an endless stream never stop learning: in [0, 1), 0 is AdaGrad
 * @param adagradMinWindow the least window of the accumulator, as a share of the row's updates, so
 *     that frequent words stay calm: after n updates it decays by at most 1 / (adagradMinWindow ·
 *     n) at the next; in [0, 1], 0 sets no minimum
 * @param threads that learn in parallel; with more than 1 the same text does not give the same
 *     bytes
 */
public record SkipGramConfig(
    EmbeddingArchitecture architecture,
    int dimensions,
    int window,
    int negatives,
    double sample,
    int minCount,
    int capacity,
    double headroom,
    double learningRate,
    double adagradDecay,
    double adagradMinWindow,
    int threads) {

  /** Below this an eviction could not make room for one run of words. */
  public static final int MIN_CAPACITY = 2_000;

  private static final int MAX_DIMENSIONS = 1_024;
  private static final int MAX_WINDOW = 100;
  private static final int MAX_NEGATIVES = 100;
  private static final int MAX_THREADS = 256;

  /** Checks every value. */
  public SkipGramConfig {
    requireBetween("dimensions", dimensions, 1, MAX_DIMENSIONS);
    requireBetween("window", window, 1, MAX_WINDOW);
    requireBetween("negatives", negatives, 1, MAX_NEGATIVES);
    requireBetween("minCount", minCount, 1, Integer.MAX_VALUE);
    requireBetween("capacity", capacity, MIN_CAPACITY, 1 << 24);
    require(sample >= 0 && sample <= 1, "sample must be in [0, 1], was " + sample);
    require(headroom > 0 && headroom <= 0.5, "headroom must be in (0, 0.5], was " + headroom);
    require(
        learningRate > 0 && learningRate <= 10,
        "learningRate must be in (0, 10], was " + learningRate);
    require(
        adagradDecay >= 0 && adagradDecay < 1,
        "adagradDecay must be in [0, 1), was " + adagradDecay);
    require(
        adagradMinWindow >= 0 && adagradMinWindow <= 1,
        "adagradMinWindow must be in [0, 1], was " + adagradMinWindow);
    requireBetween("threads", threads, 1, MAX_THREADS);
  }

  /** Values that suit a text of a hundred thousand to several hundred million words. */
  public static SkipGramConfig defaults() {
    return new SkipGramConfig(
        EmbeddingArchitecture.SKIP_GRAM, 100, 5, 5, 1e-4, 5, 200_000, 0.125, 0.09, 1e-3, 0.1, 1);
  }

  /** The same hyper-parameters with another number of threads. */
  public SkipGramConfig withThreads(int number) {
    return new SkipGramConfig(
        architecture,
        dimensions,
        window,
        negatives,
        sample,
        minCount,
        capacity,
        headroom,
        learningRate,
        adagradDecay,
        adagradMinWindow,
        number);
  }

  private static void requireBetween(String name, int value, int least, int most) {
    require(
        value >= least && value <= most,
        name + " must be in [" + least + ", " + most + "], was " + value);
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
