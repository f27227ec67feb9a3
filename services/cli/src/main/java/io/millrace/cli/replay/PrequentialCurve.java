package io.millrace.cli.replay;

import io.millrace.schemas.avro.InputRange;
import io.millrace.schemas.avro.ModelManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Accuracy and loss of a model over records, each of which it answered before it learned from it:
 * the figures of its trainer, from the manifests of its versions.
 *
 * @param points one for each version that has learned something, in their order
 * @param since the version after which records count; empty if they count from the beginning
 */
record PrequentialCurve(List<Point> points, Optional<Long> since) {

  /**
   * A version.
   *
   * @param records learned from since the curve begins
   * @param accuracy of the labelled among them, in [0, 1]; NaN without any
   * @param loss the mean cross-entropy of their labels, nats; NaN without any
   */
  record Point(ModelManifest manifest, long records, double accuracy, double loss) {}

  PrequentialCurve {
    points = List.copyOf(points);
  }

  /** Of all versions of a replay. */
  static PrequentialCurve of(List<ModelManifest> versions) {
    return since(Optional.empty(), versions);
  }

  /**
   * Of the live model, within input ranges: from its last version that ends where they begin, or
   * before, to its last one that ends within.
   *
   * @param versions of one line, in their order
   */
  static PrequentialCurve of(List<ModelManifest> versions, List<InputRange> ranges) {
    Optional<ModelManifest> before = Optional.empty();
    List<ModelManifest> within = new ArrayList<>();
    for (ModelManifest version : versions) {
      if (ends(version, ranges, InputRange::getFrom)) {
        before = Optional.of(version);
      } else if (ends(version, ranges, InputRange::getTo)) {
        within.add(version);
      }
    }
    boolean anew = ranges.stream().allMatch(range -> from(versions, range) == range.getFrom());
    if (before.isEmpty() && !anew && !within.isEmpty()) {
      before = Optional.of(within.removeFirst());
    }
    return since(before.filter(it -> it.getRecords() > 0), within);
  }

  private static long from(List<ModelManifest> versions, InputRange range) {
    return versions.stream()
        .flatMap(it -> it.getInputs().stream())
        .filter(it -> it.getPartition() == range.getPartition())
        .mapToLong(InputRange::getFrom)
        .findFirst()
        .orElse(-1);
  }

  private static boolean ends(
      ModelManifest version,
      List<InputRange> ranges,
      java.util.function.ToLongFunction<InputRange> bound) {
    return ranges.stream()
        .allMatch(range ->
            version.getInputs().stream()
                .filter(it -> it.getPartition() == range.getPartition())
                .allMatch(it -> it.getTo() <= bound.applyAsLong(range)));
  }

  private static PrequentialCurve since(
      Optional<ModelManifest> before, List<ModelManifest> versions) {
    List<Point> points = new ArrayList<>();
    long recordsBefore = before.map(ModelManifest::getRecords).orElse(0L);
    double labelledBefore = before.map(PrequentialCurve::labelled).orElse(0.0);
    double correctBefore = before.map(it -> metric(it, "correct", 0)).orElse(0.0);
    double lossBefore = before.map(PrequentialCurve::lossSum).orElse(0.0);
    for (ModelManifest version : versions) {
      if (version.getRecords() > recordsBefore) {
        double labelled = labelled(version) - labelledBefore;
        points.add(
            new Point(
                version,
                version.getRecords() - recordsBefore,
                (metric(version, "correct", 0) - correctBefore) / labelled,
                before.isEmpty()
                    ? metric(version, "prequentialLoss", Double.NaN)
                    : (lossSum(version) - lossBefore) / labelled));
      }
    }
    return new PrequentialCurve(points, before.map(ModelManifest::getVersion));
  }

  /** The classifier's records are all labelled, and it has no such metric. */
  private static double labelled(ModelManifest manifest) {
    return metric(manifest, "labelled", manifest.getRecords());
  }

  private static double lossSum(ModelManifest manifest) {
    double labelled = labelled(manifest);
    return labelled == 0 ? 0 : metric(manifest, "prequentialLoss", Double.NaN) * labelled;
  }

  private static double metric(ModelManifest manifest, String name, double otherwise) {
    Map<String, Double> metrics = manifest.getMetrics();
    return metrics.getOrDefault(name, otherwise);
  }

  /** The last point with at most some number of records. */
  Optional<Point> at(long records) {
    return points.stream().filter(it -> it.records() <= records).reduce((_, later) -> later);
  }

  /** The last point. */
  Optional<Point> last() {
    return points.isEmpty() ? Optional.empty() : Optional.of(points.getLast());
  }
}
