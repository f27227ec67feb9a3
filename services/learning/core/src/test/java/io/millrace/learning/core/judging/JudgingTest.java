package io.millrace.learning.core.judging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Figures by scikit-learn, and by the papers' formulas where it has none. */
final class JudgingTest {

  private static final String LABELS = "aabbbccaabcbbbacabbb";
  private static final String PREDICTED = "aabbcccabbcbabacabbc";

  @Test
  void givesTheConfusionMatrixPrecisionAndRecallOfScikitLearn() {
    ConfusionMatrix matrix = matrix();

    assertThat(matrix.names()).containsExactly("a", "b", "c");
    assertThat(matrix.count()).isEqualTo(20);
    assertThat(row(matrix, "a")).containsExactly(5, 1, 0);
    assertThat(row(matrix, "b")).containsExactly(1, 7, 2);
    assertThat(row(matrix, "c")).containsExactly(0, 0, 4);
    assertThat(matrix.names().stream().map(matrix::precision))
        .usingComparatorForType(JudgingTest::near, Double.class)
        .containsExactly(0.83333333, 0.875, 0.66666667);
    assertThat(matrix.names().stream().map(matrix::recall))
        .usingComparatorForType(JudgingTest::near, Double.class)
        .containsExactly(0.83333333, 0.7, 1.0);
  }

  @Test
  void givesCohensKappaOfScikitLearn() {
    assertThat(matrix().kappa()).isCloseTo(0.6923076923076923, within(1e-15));
  }

  @Test
  void givesTheAccuracyOfAMajorityClassifier() {
    assertThat(matrix().majority()).isEqualTo(0.5);
    assertThat(Kappa.of(0.8, matrix().majority())).isCloseTo(0.6, within(1e-15));
  }

  /** By SciPy's {@code binomtest(correct, count).proportion_ci(method="wilson")}. */
  @ParameterizedTest
  @CsvSource({
    "0, 10, 0.00000000000000, 0.27753279986289",
    "5, 10, 0.23659309051256, 0.76340690948744",
    "10, 10, 0.72246720013711, 1.00000000000000",
    "81, 263, 0.25528851987827, 0.36620957698280",
    "9, 10000, 0.00047357706059, 0.00170973011302"
  })
  void givesTheScoreIntervalOfAnAccuracy(long correct, long count, double from, double to) {
    AccuracyInterval interval = AccuracyInterval.of(correct, count);

    assertThat(interval.from()).isCloseTo(from, within(1e-9));
    assertThat(interval.to()).isCloseTo(to, within(1e-9));
  }

  @Test
  void knowsNothingOfAnAccuracyWithoutAnswers() {
    assertThat(AccuracyInterval.of(0, 0)).isEqualTo(new AccuracyInterval(0, 1));
    assertThatThrownBy(() -> AccuracyInterval.of(3, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was 3 of 2");
  }

  @Test
  void countsLabelsBeyondTheBoundTogether() {
    ConfusionMatrix bounded = matrix().bounded(2);

    assertThat(bounded.names()).containsExactly(ConfusionMatrix.OTHER, "a", "b");
    assertThat(bounded.labelled(ConfusionMatrix.OTHER)).isEqualTo(4);
    assertThat(bounded.predicted(ConfusionMatrix.OTHER)).isEqualTo(6);
    assertThat(bounded.precision(ConfusionMatrix.OTHER)).isNaN();
    assertThat(bounded.recall("b")).isEqualTo(0.7);
    assertThat(bounded.count()).isEqualTo(20);
    assertThat(bounded.kappa()).isCloseTo(0.6923076923076923, within(1e-15));
  }

  @Test
  void doesNotTakeTheOtherLabelsForAMajority() {
    var matrix = new ConfusionMatrix();
    matrix.add(ConfusionMatrix.OTHER, "a", 7);
    matrix.add("a", "a", 3);

    assertThat(matrix.majority()).isEqualTo(0.3);
  }

  @Test
  void hasNoFiguresOfNothing() {
    var empty = new ConfusionMatrix();

    assertThat(empty.kappa()).isNaN();
    assertThat(empty.majority()).isNaN();
    assertThat(empty.precision("a")).isNaN();
    assertThat(empty.recall("a")).isNaN();
    assertThat(Calibration.error(List.of())).isNaN();
    assertThat(new FadingMean(0.9).accuracy()).isNaN();
    assertThat(Kappa.of(1, 1)).isNaN();
    assertThat(Kappa.of(Double.NaN, 0.5)).isNaN();
  }

  @Test
  void givesTheLogLossOfScikitLearn() {
    double[] probabilities = {0.7, 0.4, 0.25, 0.9};
    double sum = 0;
    for (double probability : probabilities) {
      sum += LogLoss.of(probability);
    }

    assertThat(sum / probabilities.length).isCloseTo(0.6911551381476512, within(5e-7));
    assertThat(LogLoss.of(1)).isEqualTo(0.0);
    assertThat(LogLoss.of(0)).isCloseTo(12 * Math.log(10), within(5e-7));
  }

  @Test
  void sumsLossesToTheSameNumberInAnyOrder() {
    var random = new Random(3);
    List<Double> losses = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      losses.add(LogLoss.of(random.nextDouble()));
    }
    double inOrder = sum(losses);
    Collections.shuffle(losses, random);

    assertThat(sum(losses)).isEqualTo(inOrder);
    Collections.sort(losses);
    assertThat(sum(losses)).isEqualTo(inOrder);
  }

  @Test
  void givesTheExpectedCalibrationErrorOfThePaper() {
    double[] confidences = {0.0, 1 / 15.0, 0.07, 0.5, 0.55, 0.9, 0.91, 1.0, 0.999, 0.34};
    int[] correct = {0, 1, 0, 1, 0, 1, 1, 1, 0, 1};
    List<Calibration.Bin> bins =
        new ArrayList<>(Collections.nCopies(Calibration.BINS, new Calibration.Bin(0, 0, 0)));
    for (int i = 0; i < confidences.length; i++) {
      int index = Calibration.bin(confidences[i]);
      Calibration.Bin old = bins.get(index);
      bins.set(
          index,
          new Calibration.Bin(
              old.count() + 1, old.correct() + correct[i], old.confidence() + confidences[i]));
    }

    assertThat(Calibration.error(bins)).isCloseTo(0.3902333333333333, within(1e-15));
  }

  @Test
  void fadesPredictionsAsThePaperDoes() {
    var mean = new FadingMean(0.9);
    int[] newestFirst = {1, 0, 1, 1, 0, 1};
    for (int correct : newestFirst) {
      mean.addOlder(1, correct, 1 - correct);
    }

    assertThat(mean.accuracy()).isCloseTo(0.6678966789667896, within(1e-15));
    assertThat(mean.loss()).isCloseTo(1 - 0.6678966789667896, within(1e-15));
  }

  @Test
  void fadesByTheNumberOfPredictionsInLaterBlocks() {
    var mean = new FadingMean(0.5);
    mean.addOlder(2, 2, 0);
    mean.addOlder(4, 0, 8);

    assertThat(mean.accuracy()).isEqualTo(2.0 / (2 + 4 * 0.25));
    assertThat(mean.loss()).isEqualTo(8 * 0.25 / (2 + 4 * 0.25));
    assertThat(mean.isComplete()).isFalse();
    mean.addOlder(30, 0, 0);
    assertThat(mean.isComplete()).isTrue();
  }

  @Test
  void refusesAFactorThatIsNone() {
    assertThatThrownBy(() -> new FadingMean(0)).hasMessageContaining("factor must be in (0, 1]");
    assertThatThrownBy(() -> new FadingMean(1.5)).hasMessageContaining("was 1.5");
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "100, 0", "101, 1", "60000, 3", "604800000, 8", "604800001, 9"})
  void countsDelaysInTheBucketWhoseBoundTheyDoNotExceed(long millis, int bucket) {
    assertThat(DelayHistogram.bucket(millis)).isEqualTo(bucket);
    assertThat(DelayHistogram.maxMillis(bucket)).isGreaterThanOrEqualTo(millis);
    assertThat(bucket).isLessThan(DelayHistogram.BUCKETS);
  }

  private static ConfusionMatrix matrix() {
    var matrix = new ConfusionMatrix();
    for (int i = 0; i < LABELS.length(); i++) {
      matrix.add(LABELS.substring(i, i + 1), PREDICTED.substring(i, i + 1), 1);
    }
    return matrix;
  }

  private static List<Integer> row(ConfusionMatrix matrix, String label) {
    return matrix.names().stream()
        .map(predicted ->
            matrix.cells().getOrDefault(new ConfusionMatrix.Cell(label, predicted), 0L).intValue())
        .toList();
  }

  private static double sum(List<Double> values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  private static int near(double a, double b) {
    return Math.abs(a - b) < 1e-8 ? 0 : Double.compare(a, b);
  }
}
