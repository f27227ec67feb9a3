package io.millrace.learning.embedding;

/** Thins out frequent words as word2vec's code does, by their share of the text so far. */
final class Sampling {

  /** That every one is kept. */
  static final int ALL = Integer.MAX_VALUE;

  private final double sample;

  /**
   * Thins out.
   *
   * @param sample words more frequent than this share are thinned out; 0 keeps all
   */
  Sampling(double sample) {
    this.sample = sample;
  }

  /**
   * How many of {@link #ALL} are kept: √(sample / share) + sample / share of them.
   *
   * @param count how often a word was met
   * @param total how many words were met
   */
  int kept(long count, long total) {
    double ratio = sample == 0 ? 1 : sample * total / count;
    return ratio >= 1 ? ALL : (int) Math.min(ALL, (Math.sqrt(ratio) + ratio) * ALL);
  }

  /** Decides one. */
  static boolean keeps(int kept, SplitMix64 random) {
    return kept == ALL || random.nextLong() >>> 33 < kept;
  }
}
