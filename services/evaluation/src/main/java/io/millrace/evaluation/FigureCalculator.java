package io.millrace.evaluation;

import io.millrace.learning.core.judging.ConfusionMatrix;
import io.millrace.learning.core.judging.DelayHistogram;
import io.millrace.learning.core.judging.FadingMean;
import io.millrace.learning.core.judging.Kappa;
import io.millrace.schemas.avro.CalibrationBin;
import io.millrace.schemas.avro.ClassFigures;
import io.millrace.schemas.avro.ConfusionCell;
import io.millrace.schemas.avro.DelayBucket;
import io.millrace.schemas.avro.EvaluationDetails;
import io.millrace.schemas.avro.EvaluationRecent;
import io.millrace.schemas.avro.Tally;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** Computes the figures that are published from the sums. */
final class FigureCalculator {

  /** A walk back over windows ends here, so that publishing has a bound. */
  static final int MAX_WINDOWS = 10_000;

  private FigureCalculator() {}

  /**
   * The figures of a version or a model.
   *
   * @param tally its sums
   * @param matrix its confusion matrix, bounded
   */
  static EvaluationDetails details(Tally tally, ConfusionMatrix matrix) {
    double accuracy = detailedAccuracy(tally);
    return new EvaluationDetails(
        Tallies.loss(tally),
        tally.getNoChangeCount(),
        tally.getNoChangeCorrect(),
        Kappa.of(accuracy, Tallies.noChange(tally)),
        matrix.majority(),
        Kappa.of(accuracy, matrix.majority()),
        matrix.kappa(),
        Tallies.calibrationError(tally),
        tally.getCalibration(),
        delays(tally.getLabelDelays()),
        classes(matrix),
        cells(matrix),
        tally.getSlices());
  }

  /** The accuracy of the judgements that the other details were taken from. */
  private static double detailedAccuracy(Tally tally) {
    long count = 0;
    long correct = 0;
    for (CalibrationBin bin : tally.getCalibration()) {
      count += bin.getCount();
      correct += bin.getCorrect();
    }
    return (double) correct / count;
  }

  private static List<DelayBucket> delays(List<Long> counts) {
    List<DelayBucket> buckets = new ArrayList<>();
    for (int i = 0; i < counts.size(); i++) {
      buckets.add(new DelayBucket(DelayHistogram.maxMillis(i), counts.get(i)));
    }
    return buckets;
  }

  private static List<ClassFigures> classes(ConfusionMatrix matrix) {
    return matrix.names().stream()
        .map(name ->
            new ClassFigures(
                name,
                matrix.labelled(name),
                matrix.predicted(name),
                matrix.correct(name),
                matrix.precision(name),
                matrix.recall(name)))
        .toList();
  }

  private static List<ConfusionCell> cells(ConfusionMatrix matrix) {
    List<String> names = matrix.names();
    List<ConfusionCell> cells = new ArrayList<>();
    matrix
        .cells()
        .forEach((cell, count) ->
            cells.add(
                new ConfusionCell(
                    Collections.binarySearch(names, cell.label()),
                    Collections.binarySearch(names, cell.predicted()),
                    count)));
    return cells;
  }

  /**
   * The recent figures of a model.
   *
   * @param newestFirst the sums of its windows
   */
  static EvaluationRecent recent(
      Iterator<Tally> newestFirst, EvaluationConfig.FiguresConfig config) {
    Tally sliding = Tallies.EMPTY;
    var fading = new FadingMean(config.fadingFactor());
    for (int i = 0; i < MAX_WINDOWS && newestFirst.hasNext(); i++) {
      boolean slides = sliding.getCount() < config.slidingRecords();
      if (!slides && fading.isComplete()) {
        break;
      }
      Tally window = newestFirst.next();
      if (slides) {
        sliding = Tallies.sum(sliding, window);
      }
      fading.addOlder(window.getCount(), window.getCorrect(), window.getLoss());
    }
    return new EvaluationRecent(
        sliding.getCount(),
        Tallies.accuracy(sliding),
        Tallies.loss(sliding),
        Kappa.of(Tallies.accuracy(sliding), Tallies.noChange(sliding)),
        Tallies.calibrationError(sliding),
        fading.accuracy(),
        fading.loss());
  }
}
