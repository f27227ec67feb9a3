package io.millrace.search.index;

import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Vectors for tests, and the plain way of comparing them. */
public final class TestVectors {

  private static final AvroCodec<DocumentVector> AVRO = AvroCodec.of(DocumentVector.class);

  private TestVectors() {}

  /** A vector with weights by term. */
  public static DocumentVector of(Map<String, Double> weights) {
    var sorted = new TreeMap<>(weights);
    return new DocumentVector(
        List.copyOf(sorted.keySet()),
        List.copyOf(sorted.values()),
        3L,
        "scikit-learn",
        false,
        false,
        null,
        new Source("documents", 1, 2L));
  }

  public static byte[] encoded(DocumentVector vector) {
    return AVRO.encode(vector);
  }

  /** A vector of some of 40 terms, common ones oftener; some weights are negative if wished. */
  public static DocumentVector random(Random random, boolean negative) {
    SortedMap<String, Double> weights = new TreeMap<>();
    int terms = random.nextInt(12);
    for (int i = 0; i < terms; i++) {
      double weight = Math.exp(3 * random.nextGaussian());
      String term = "t" + (int) (40 * random.nextDouble() * random.nextDouble());
      weights.put(term, negative && random.nextInt(4) == 0 ? -weight : weight);
    }
    return of(weights);
  }

  /** The cosine, computed the plain way. */
  static double cosine(DocumentVector a, DocumentVector b) {
    Map<String, Double> other = new HashMap<>();
    for (int i = 0; i < b.getTerms().size(); i++) {
      other.put(b.getTerms().get(i), b.getWeights().get(i));
    }
    double sum = 0;
    for (int i = 0; i < a.getTerms().size(); i++) {
      sum += a.getWeights().get(i) * other.getOrDefault(a.getTerms().get(i), 0.0);
    }
    double length = length(a) * length(b);
    return length == 0 ? 0 : sum / length;
  }

  /** The best by comparing with all: the cosines of those above 0, largest first. */
  static List<Double> best(
      DocumentVector vector, Map<String, DocumentVector> all, int limit, String except) {
    List<Double> cosines = new ArrayList<>();
    all.forEach((id, other) -> {
      if (!id.equals(except)) {
        cosines.add(cosine(vector, other));
      }
    });
    return cosines.stream()
        .filter(cosine -> cosine > 1e-12)
        .sorted((a, b) -> Double.compare(b, a))
        .limit(limit)
        .toList();
  }

  private static double length(DocumentVector vector) {
    return Math.sqrt(vector.getWeights().stream().mapToDouble(w -> w * w).sum());
  }
}
