package io.millrace.learning.embedding.vocabulary;

import io.millrace.learning.core.SplitMix64;

/** Thins out frequent words as word2vec's code does, by their share of the text so far. */
public final class Subsampling {

  /** That every one is kept. */
  static final int KEEP_ALL = Integer.MAX_VALUE;

  private final double sample;

  /**
   * Thins out.
   *
   * @param sample words more frequent than this share are thinned out; 0 keeps all
   */
  Subsampling(double sample) {
    this.sample = sample;
  }

  /**
   * How many of {@link #KEEP_ALL} are kept: √(sample / share) + sample / share of them.
   *
   * @param count how often a word was met
   * @param total how many words were met
   */
  int keepThreshold(long count, long total) {
    double ratio = sample == 0 ? 1 : sample * total / count;
    return ratio >= 1 ? KEEP_ALL : (int) Math.min(KEEP_ALL, (Math.sqrt(ratio) + ratio) * KEEP_ALL);
  }

  /** Decides one. */
  public static boolean isKept(int kept, SplitMix64 random) {
    return kept == KEEP_ALL || random.nextLong() >>> 33 < kept;
  }
}
