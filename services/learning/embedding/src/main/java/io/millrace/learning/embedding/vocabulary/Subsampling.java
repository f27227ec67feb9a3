package io.millrace.learning.embedding.vocabulary;

import io.millrace.learning.core.SplitMix64;

/**
 * Subsampling of frequent words as in word2vec's code, by their share of the text so far: a word of
 * that share is kept with the probability √(sample / share) + sample / share. Immutable.
 */
public final class Subsampling {

  /** The keep threshold of a word that is always kept. */
  static final int KEEP_ALL = Integer.MAX_VALUE;

  private final double sample;

  /**
   * Subsampling with a threshold.
   *
   * @param sample words more frequent than this share are dropped at random; 0 keeps all
   */
  Subsampling(double sample) {
    this.sample = sample;
  }

  /**
   * The probability that a word is kept, in units of 1 / {@link #KEEP_ALL}.
   *
   * @param count the count of the word
   * @param total the number of words of the text so far
   */
  int keepThreshold(long count, long total) {
    double ratio = sample == 0 ? 1 : sample * total / count;
    return ratio >= 1 ? KEEP_ALL : (int) Math.min(KEEP_ALL, (Math.sqrt(ratio) + ratio) * KEEP_ALL);
  }

  /** Decides at random whether one occurrence is kept. */
  public static boolean isKept(int kept, SplitMix64 random) {
    return kept == KEEP_ALL || random.nextLong() >>> 33 < kept;
  }
}
