package io.millrace.search.index;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A sparse vector scaled to unit length, or empty if it has no length.
 *
 * @param terms in the order of the vector
 * @param weights one for each term
 */
public record UnitVector(List<String> terms, double[] weights) {

  /** Scales a vector. */
  public static UnitVector of(List<String> terms, List<Double> weights) {
    double length = Math.sqrt(squares(weights));
    if (length == 0) {
      return new UnitVector(List.of(), new double[0]);
    }
    return new UnitVector(terms, weights.stream().mapToDouble(w -> w / length).toArray());
  }

  /** The sum of the squared weights. */
  public static double squares(List<Double> weights) {
    double sum = 0;
    for (double weight : weights) {
      sum += weight * weight;
    }
    return sum;
  }

  /** The weights by term. */
  Map<String, Double> byTerm() {
    Map<String, Double> map = HashMap.newHashMap(weights.length);
    for (int i = 0; i < weights.length; i++) {
      map.merge(terms.get(i), weights[i], Double::sum);
    }
    return map;
  }

  /** The cosine of the angle to a vector of unit length, given by term; one look-up a term. */
  double cosine(Map<String, Double> other) {
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * other.getOrDefault(terms.get(i), 0.0);
    }
    return Math.clamp(sum, -1, 1);
  }
}
