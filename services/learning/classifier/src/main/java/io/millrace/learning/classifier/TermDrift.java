package io.millrace.learning.classifier;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Decides without labels whether documents are about other things than before: the population
 * stability index (PSI, Yurdakul 2018) of the terms in windows of as many documents each.
 *
 * <ol>
 *   <li>The first window is the reference: the {@value #TERMS} terms that most of its documents
 *       have, at least {@value #MIN_DOCUMENTS} each, and all others together.
 *   <li>For each later window, the index is the sum over these of (q − p) · ln(q / p), p being the
 *       share of the reference's terms and q that of the window's, less what two windows of one
 *       distribution have on average, k · (1/n + 1/m) for k + 1 shares of n and m terms. Each
 *       document counts a term once.
 *   <li>If it exceeds the threshold, the documents have drifted: that is counted, and the next
 *       window becomes the reference.
 * </ol>
 *
 * <p>Terms are told apart by {@value #BUCKET_BITS} bits of their hashes. Depends on the documents
 * and their order alone. Memory: {@value #BYTES} bytes, whatever comes. Not thread-safe.
 */
public final class TermDrift {

  private static final int BUCKET_BITS = 16;
  private static final int TERMS = 500;

  /**
   * Of rarer ones the share is known too badly: one that was chosen for it falls back by itself.
   */
  private static final int MIN_DOCUMENTS = 20;

  /** Half a document for each term, so that one that is gone has a logarithm. */
  private static final double SMOOTHING = 0.5;

  /** The memory that one takes. */
  public static final int BYTES = (1 << BUCKET_BITS) * Integer.BYTES;

  private final int window;
  private final double threshold;
  private final int[] counts = new int[1 << BUCKET_BITS];
  private int documents;

  /** The buckets of the reference's terms; empty without a reference. */
  private int[] terms = {};

  /** Documents of the reference that have the term; the last number is that of all other terms. */
  private long[] expected = {};

  private double index = Double.NaN;
  private long drifts;

  /**
   * Nothing seen yet.
   *
   * @param window documents of a window, at least 1
   * @param threshold the index that is a drift
   */
  public TermDrift(int window, double threshold) {
    if (window < 1) {
      throw new IllegalArgumentException("window must be >= 1, was " + window);
    }
    this.window = window;
    this.threshold = threshold;
  }

  /**
   * Adds a document.
   *
   * @return whether the window that it completes has drifted
   */
  public boolean add(TermVector document) {
    for (int place = 0; place < document.size(); place++) {
      counts[document.hash(place) & counts.length - 1]++;
    }
    documents++;
    if (documents < window) {
      return false;
    }
    boolean drifted = complete();
    Arrays.fill(counts, 0);
    documents = 0;
    return drifted;
  }

  /** Begins again with a new reference; drifts stay counted. */
  public void begin() {
    Arrays.fill(counts, 0);
    documents = 0;
    expected = new long[0];
    index = Double.NaN;
  }

  private boolean complete() {
    if (expected.length == 0) {
      terms =
          IntStream.range(0, counts.length)
              .filter(bucket -> counts[bucket] >= MIN_DOCUMENTS)
              .boxed()
              .sorted((a, b) -> Integer.compare(counts[b], counts[a]))
              .limit(TERMS)
              .mapToInt(Integer::intValue)
              .toArray();
      expected = shares();
      return false;
    }
    index = index(expected, shares());
    if (index <= threshold) {
      return false;
    }
    drifts++;
    expected = new long[0];
    return true;
  }

  private long[] shares() {
    long[] shares = new long[terms.length + 1];
    long others = Arrays.stream(counts).asLongStream().sum();
    for (int i = 0; i < terms.length; i++) {
      shares[i] = counts[terms[i]];
      others -= shares[i];
    }
    shares[terms.length] = others;
    return shares;
  }

  private static double index(long[] before, long[] now) {
    double all = Arrays.stream(before).sum() + SMOOTHING * before.length;
    double allNow = Arrays.stream(now).sum() + SMOOTHING * now.length;
    double sum = 0;
    for (int i = 0; i < before.length; i++) {
      double p = (before[i] + SMOOTHING) / all;
      double q = (now[i] + SMOOTHING) / allNow;
      sum += (q - p) * StrictMath.log(q / p);
    }
    return sum - (before.length - 1) * (1 / all + 1 / allNow);
  }

  /** The index of the last window; NaN before there was one. */
  public double lastIndex() {
    return index;
  }

  /** Drifts so far. */
  public long drifts() {
    return drifts;
  }
}
