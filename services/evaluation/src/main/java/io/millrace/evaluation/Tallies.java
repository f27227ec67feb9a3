package io.millrace.evaluation;

import io.millrace.learning.core.judging.Calibration;
import io.millrace.learning.core.judging.DelayHistogram;
import io.millrace.learning.core.judging.LogLoss;
import io.millrace.schemas.avro.CalibrationBin;
import io.millrace.schemas.avro.Judgement;
import io.millrace.schemas.avro.SliceTally;
import io.millrace.schemas.avro.Tally;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Arithmetic of tallies. All sums are of whole numbers or of multiples of 2<sup>-20</sup>, so that
 * no order of additions changes them.
 */
final class Tallies {

  static final Tally EMPTY =
      new Tally(0L, 0L, 0.0, 0.0, 0L, 0L, 0L, List.of(), List.of(), List.of());

  private static final String OTHER_SLICES = "";

  private static final CalibrationBin EMPTY_BIN = new CalibrationBin(0L, 0L, 0.0);

  private Tallies() {}

  /** A tally and a judgement, which is not counted in a slice. */
  static Tally plus(Tally old, Judgement judgement) {
    if (!judgement.getAnswered()) {
      return new Tally(
          old.getCount(),
          old.getCorrect(),
          old.getLoss(),
          old.getLabelDelayMillis(),
          old.getUnanswered() + 1,
          old.getNoChangeCount(),
          old.getNoChangeCorrect(),
          old.getCalibration(),
          old.getLabelDelays(),
          old.getSlices());
    }
    boolean detailed = hasDetails(judgement);
    return new Tally(
        old.getCount() + 1,
        old.getCorrect() + one(judgement.getCorrect()),
        old.getLoss() + judgement.getLoss(),
        old.getLabelDelayMillis() + judgement.getLabelDelayMillis(),
        old.getUnanswered(),
        old.getNoChangeCount(),
        old.getNoChangeCorrect(),
        detailed ? plusBin(old.getCalibration(), judgement) : old.getCalibration(),
        detailed ? plusDelay(old.getLabelDelays(), judgement) : old.getLabelDelays(),
        old.getSlices());
  }

  /** Whether a judgement says what the details need; those that earlier builds held do not. */
  static boolean hasDetails(Judgement judgement) {
    return judgement.getAnswered() && judgement.getConfidence() >= 0;
  }

  /** A tally and a change of the no-change classifier's counts. */
  static Tally plus(Tally old, LabelSequence.Change change) {
    return new Tally(
        old.getCount(),
        old.getCorrect(),
        old.getLoss(),
        old.getLabelDelayMillis(),
        old.getUnanswered(),
        old.getNoChangeCount() + change.count(),
        old.getNoChangeCorrect() + change.correct(),
        old.getCalibration(),
        old.getLabelDelays(),
        old.getSlices());
  }

  /**
   * A tally and a judgement in its slice. If there are more slices than the bound, the last ones by
   * name are counted together: which these are depends on the names alone, not on which came first.
   */
  static Tally plusSlice(Tally old, Judgement judgement, int maxSlices) {
    List<SliceTally> slices = new ArrayList<>(old.getSlices());
    add(
        slices,
        new SliceTally(judgement.getSlice(), 1L, one(judgement.getCorrect()), judgement.getLoss()));
    if (namedCount(slices) > maxSlices) {
      // What was counted together stays so: a name in it came after the last one that is kept.
      SliceTally last = slices.removeLast();
      add(slices, new SliceTally(OTHER_SLICES, last.getCount(), last.getCorrect(), last.getLoss()));
    }
    return new Tally(
        old.getCount(),
        old.getCorrect(),
        old.getLoss(),
        old.getLabelDelayMillis(),
        old.getUnanswered(),
        old.getNoChangeCount(),
        old.getNoChangeCorrect(),
        old.getCalibration(),
        old.getLabelDelays(),
        slices);
  }

  /** The sum of two tallies, without slices. */
  static Tally sum(Tally a, Tally b) {
    return new Tally(
        a.getCount() + b.getCount(),
        a.getCorrect() + b.getCorrect(),
        a.getLoss() + b.getLoss(),
        a.getLabelDelayMillis() + b.getLabelDelayMillis(),
        a.getUnanswered() + b.getUnanswered(),
        a.getNoChangeCount() + b.getNoChangeCount(),
        a.getNoChangeCorrect() + b.getNoChangeCorrect(),
        sumBins(a.getCalibration(), b.getCalibration()),
        List.of(),
        List.of());
  }

  static double accuracy(Tally tally) {
    return (double) tally.getCorrect() / tally.getCount();
  }

  static double loss(Tally tally) {
    return tally.getLoss() / tally.getCount();
  }

  static double noChange(Tally tally) {
    return (double) tally.getNoChangeCorrect() / tally.getNoChangeCount();
  }

  static double calibrationError(Tally tally) {
    return Calibration.error(
        tally.getCalibration().stream()
            .map(it -> new Calibration.Bin(it.getCount(), it.getCorrect(), it.getConfidence()))
            .toList());
  }

  private static List<CalibrationBin> plusBin(List<CalibrationBin> old, Judgement judgement) {
    List<CalibrationBin> bins = new ArrayList<>(old);
    while (bins.size() < Calibration.BINS) {
      bins.add(EMPTY_BIN);
    }
    double confidence = judgement.getConfidence();
    var added = new CalibrationBin(1L, one(judgement.getCorrect()), LogLoss.rounded(confidence));
    int index = Calibration.bin(confidence);
    bins.set(index, sum(bins.get(index), added));
    return bins;
  }

  private static List<Long> plusDelay(List<Long> old, Judgement judgement) {
    List<Long> delays =
        old.isEmpty()
            ? new ArrayList<>(Collections.nCopies(DelayHistogram.BUCKETS, 0L))
            : new ArrayList<>(old);
    int bucket = DelayHistogram.bucket(judgement.getLabelDelayMillis());
    delays.set(bucket, delays.get(bucket) + 1);
    return delays;
  }

  private static void add(List<SliceTally> slices, SliceTally added) {
    int at =
        Collections.binarySearch(
            slices.stream().map(SliceTally::getSlice).toList(), added.getSlice());
    if (at < 0) {
      slices.add(-at - 1, added);
    } else {
      SliceTally old = slices.get(at);
      slices.set(
          at,
          new SliceTally(
              old.getSlice(),
              old.getCount() + added.getCount(),
              old.getCorrect() + added.getCorrect(),
              old.getLoss() + added.getLoss()));
    }
  }

  private static long namedCount(List<SliceTally> slices) {
    return slices.stream().filter(it -> !it.getSlice().equals(OTHER_SLICES)).count();
  }

  private static List<CalibrationBin> sumBins(List<CalibrationBin> a, List<CalibrationBin> b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.isEmpty() ? b : a;
    }
    List<CalibrationBin> bins = new ArrayList<>();
    for (int i = 0; i < a.size(); i++) {
      bins.add(sum(a.get(i), b.get(i)));
    }
    return bins;
  }

  private static CalibrationBin sum(CalibrationBin a, CalibrationBin b) {
    return new CalibrationBin(
        a.getCount() + b.getCount(),
        a.getCorrect() + b.getCorrect(),
        a.getConfidence() + b.getConfidence());
  }

  private static long one(boolean correct) {
    return correct ? 1 : 0;
  }
}
