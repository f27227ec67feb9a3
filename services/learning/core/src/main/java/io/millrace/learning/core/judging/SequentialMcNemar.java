package io.millrace.learning.core.judging;

/**
 * Evidence that a challenger is right more often than a champion on the same records, which may be
 * looked at after every record. It is McNemar's test (McNemar 1947, "Note on the sampling error of
 * the difference between correlated proportions or percentages"), which looks at the discordant
 * records alone, those that exactly one of the two answered rightly, as a test martingale.
 *
 * <p>With {@code c} records that only the challenger answered rightly and {@code b} that only the
 * champion did, the evidence is the likelihood ratio of a challenger that wins a discordant record
 * with probability {@code p}, against one half, mixed uniformly over p in [1/2, 1] (Robbins 1970,
 * "Statistical methods related to the law of the iterated logarithm"):
 *
 * <pre>
 * E(c, b) = ∫ 2 · (2p)^c · (2(1-p))^b dp,  p from 1/2 to 1
 *         = 1/(b+1) · Σ C(c+b+1, k) / C(c+b+1, c),  k from 0 to c</pre>
 *
 * <p>Where the challenger is not better, each discordant record is its own with a probability of at
 * most one half whatever came before, and E is a non-negative supermartingale that begins at 1: an
 * e-process (Grünwald, de Heide and Koolen 2024, "Safe testing"; Ramdas, Grünwald, Vovk and Shafer
 * 2023, "Game-theoretic statistics and safe anytime-valid inference"). So the chance that it
 * <i>ever</i> reaches 1/α is at most α (Ville 1939, "Étude critique de la notion de collectif"),
 * and who stops as soon as it does errs no more often.
 *
 * <p>Pure functions of counts; O(√(c + b)) terms at worst. The natural logarithm is within 1e-7 for
 * counts up to 10^7, and is computed by {@link StrictMath}: equal on all machines.
 */
public final class SequentialMcNemar {

  /** Terms below this share of the sum are left out. */
  private static final double NEGLIGIBLE = 1e-17;

  private static final int TABLE = 16;
  private static final double[] STIRLING = stirling();

  private SequentialMcNemar() {}

  /** The evidence; infinite beyond the range of a double. */
  public static double evidence(long onlyChallenger, long onlyChampion) {
    return StrictMath.exp(logEvidence(onlyChallenger, onlyChampion));
  }

  /**
   * The natural logarithm of the evidence; 0 without records.
   *
   * @param onlyChallenger records that only the challenger answered rightly, c
   * @param onlyChampion records that only the champion answered rightly, b
   */
  public static double logEvidence(long onlyChallenger, long onlyChampion) {
    if (onlyChallenger < 0 || onlyChampion < 0) {
      throw new IllegalArgumentException(
          "counts must be >= 0, were " + onlyChallenger + " and " + onlyChampion);
    }
    long c = onlyChallenger;
    long b = onlyChampion;
    if (c <= b) {
      return StrictMath.log1p(tail(c, b + 2)) - StrictMath.log1p(b);
    }
    // The sum up to c is all, 2^n, but what is above c: at most half of it, so nothing cancels.
    double all = -logPointMass(c + b + 1, c);
    double above = StrictMath.exp(StrictMath.log(tail(b + 1, c + 1)) - all);
    return all + StrictMath.log1p(-above) - StrictMath.log1p(b);
  }

  /** {@code m/d + m(m-1)/(d(d+1)) + …}: binomial coefficients beside one, in units of it. */
  private static double tail(long m, long d) {
    double sum = 0;
    double term = 1;
    for (long i = 0; i < m && term > NEGLIGIBLE * sum; i++) {
      term *= (double) (m - i) / (d + i);
      sum += term;
    }
    return sum;
  }

  /** ln(C(n, k) / 2^n), 0 &lt; k &lt; n, by Stirling's series with the deviance taken out. */
  private static double logPointMass(long n, long k) {
    if (k == n) {
      return -n * StrictMath.log(2);
    }
    long rest = n - k;
    double deviance = k * StrictMath.log(2.0 * k / n) + rest * StrictMath.log(2.0 * rest / n);
    double scale = StrictMath.log(n / (2 * Math.PI * k * rest)) / 2;
    return scale + stirlingError(n) - stirlingError(k) - stirlingError(rest) - deviance;
  }

  /** ln(n!) less Stirling's approximation of it. */
  private static double stirlingError(long n) {
    if (n < TABLE) {
      return STIRLING[(int) n];
    }
    double square = (double) n * n;
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - 1.0 / (1680 * square)) / square) / square) / n;
  }

  private static double[] stirling() {
    var errors = new double[TABLE];
    double factorial = 0;
    for (int n = 1; n < TABLE; n++) {
      factorial += StrictMath.log(n);
      errors[n] = factorial - (n + 0.5) * StrictMath.log(n) + n - StrictMath.log(2 * Math.PI) / 2;
    }
    return errors;
  }
}
