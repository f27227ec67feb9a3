package io.millrace.scoring.promotion;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.classifier.ClassifierPredictor;
import io.millrace.learning.classifier.LabelledDocument;
import io.millrace.learning.classifier.OnlineClassifier;
import io.millrace.learning.classifier.OnlineClassifierConfig;
import io.millrace.learning.classifier.TermVector;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Real learners under the rules with their defaults: the classifier learns the digits of {@code
 * data/mnist}, whose pixels are its terms, in another order for each seed. The champion is a
 * version that {@value #LEARNED} digits have made. A challenger of the same settings learns on, and
 * answers each digit by its newest version, made of those before:
 *
 * <ul>
 *   <li>Sabotaged: the labels that it learns from are permuted, and the champion is a good one.
 *   <li>Better: its labels are true, and the champion was made at a hundredth of the learning rate.
 * </ul>
 *
 * <p>Some minutes on one core, so by command: {@code mvn -pl services/scoring -am test
 * -Dtest=SabotageCampaign -Dsurefire.failIfNoSpecifiedTests=false}.
 */
final class SabotageCampaign {

  private static final Path FOLDER = Path.of("..", "..", "data", "mnist");
  private static final int SEEDS = 20;
  private static final int PIXELS = 28 * 28;
  private static final int CLASSES = 10;
  private static final int LEARNED = 2_000;
  private static final int STREAM = 20_000;

  /** Digits that a version answers, and that a record of comparisons counts. */
  private static final int STEP = 250;

  private static final int BATCH = 10;
  private static final double CRIPPLED = 0.01;
  private static final Instant SINCE = Instant.ofEpochMilli(1_000_000);

  private static final List<TermVector> DIGITS = new ArrayList<>();
  private static byte[] labels = {};

  private final PromotionRule rule = new PromotionRule(PromotionConfig.from(Settings.of(Map.of())));

  /**
   * What has become of a challenger.
   *
   * @param champion the share of the digits that the champion answers rightly
   * @param challenger the same of the challenger, on the same digits
   * @param promotedAfter digits, if it was
   * @param served the share of the later digits that the promoted version answers rightly
   */
  private record Outcome(
      double champion, double challenger, OptionalInt promotedAfter, double served) {}

  @BeforeAll
  static void read() throws IOException {
    byte[] pixels = read("train-images-idx3-ubyte.gz", 16);
    labels = read("train-labels-idx1-ubyte.gz", 8);
    for (int digit = 0; digit < labels.length; digit++) {
      DIGITS.add(terms(pixels, digit * PIXELS));
    }
  }

  @Test
  void aSabotagedChallengerIsNeverPromotedAndABetterOneAlways() {
    System.out.println(
        "seed  sabotaged: champion challenger promoted   better: champion challenger promoted"
            + " after  served then");
    int sabotagedPromoted = 0;
    int betterPromoted = 0;
    int gained = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      var random = new Random(seed);
      List<Integer> permuted = new ArrayList<>(IntStream.range(0, CLASSES).boxed().toList());
      do {
        Collections.shuffle(permuted, random);
      } while (permuted.equals(IntStream.range(0, CLASSES).boxed().toList()));
      Outcome sabotaged = run(seed, 1, permuted::get);
      Outcome better = run(seed, CRIPPLED, it -> it);
      sabotagedPromoted += sabotaged.promotedAfter().isPresent() ? 1 : 0;
      betterPromoted += better.promotedAfter().isPresent() ? 1 : 0;
      gained += better.served() > better.champion() ? 1 : 0;
      System.out.printf(
          "%4d  %19.3f %10.3f %8s   %16.3f %10.3f %8s %5s  %11.3f%n",
          seed,
          sabotaged.champion(),
          sabotaged.challenger(),
          sabotaged.promotedAfter().isPresent() ? "yes" : "no",
          better.champion(),
          better.challenger(),
          better.promotedAfter().isPresent() ? "yes" : "no",
          better.promotedAfter().isPresent() ? better.promotedAfter().getAsInt() : "",
          better.served());
    }
    System.out.printf(
        "promoted: sabotaged %d of %d, better %d of %d, of which %d serve better%n",
        sabotagedPromoted, SEEDS, betterPromoted, SEEDS, gained);

    assertThat(sabotagedPromoted).isZero();
    assertThat(betterPromoted).isEqualTo(SEEDS);
    assertThat(gained).isEqualTo(SEEDS);
  }

  private Outcome run(int seed, double championRate, IntUnaryOperator permutation) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, DIGITS.size()).boxed().toList());
    Collections.shuffle(order, new Random(seed));
    var champion = new OnlineClassifier(config(championRate), seed);
    learn(champion, order.subList(0, LEARNED), it -> it);
    var serving = ClassifierPredictor.load(champion.model());
    var challenger = new OnlineClassifier(config(1), seed);
    learn(challenger, order.subList(0, LEARNED), permutation);
    var record = new ChampionRecord(pointer(), 100_000);
    PairCounts all = PairCounts.NONE;
    OptionalInt promotedAfter = OptionalInt.empty();
    double served = Double.NaN;
    for (int from = LEARNED; from < LEARNED + STREAM; from += STEP) {
      List<Integer> digits = order.subList(from, from + STEP);
      var version = ClassifierPredictor.load(challenger.model());
      PairCounts counts = pairs(serving, version, digits, from / STEP);
      all = all.plus(counts);
      if (promotedAfter.isEmpty()) {
        record.accept(comparison(counts, from));
        if (!rule.decide(record).isEmpty()) {
          promotedAfter = OptionalInt.of(from + STEP - LEARNED);
          served = accuracy(version, order.subList(from + STEP, LEARNED + STREAM));
        }
      }
      learn(challenger, digits, permutation);
    }
    return new Outcome(
        (double) all.championRight() / STREAM,
        (double) all.challengerRight() / STREAM,
        promotedAfter,
        served);
  }

  private static PairCounts pairs(
      ClassifierPredictor champion, ClassifierPredictor challenger, List<Integer> digits, long at) {
    int[] counts = new int[4];
    for (int digit : digits) {
      counts[(isRight(champion, digit) ? 0 : 2) + (isRight(challenger, digit) ? 0 : 1)]++;
    }
    return new PairCounts(counts[0], counts[1], counts[2], counts[3], at, at);
  }

  private static Comparison comparison(PairCounts it, int from) {
    return ComparisonSamples.window(
        SINCE.plusMillis(from),
        "classifier",
        1,
        "classifier-other",
        it.bothRight(),
        it.onlyChampion(),
        it.onlyChallenger(),
        it.bothWrong(),
        it.challengerTo());
  }

  /** A version that a person has promoted: rules hold for {@code scoring.promotion.hold.labels}. */
  private static ServingPointer pointer() {
    return new ServingPointer(
        new ServingDecision(
            "classifier", 1L, null, ServingReason.PROMOTED, "ada", "", "", "", null, null),
        SINCE);
  }

  private static double accuracy(ClassifierPredictor predictor, List<Integer> digits) {
    return (double) digits.stream().filter(it -> isRight(predictor, it)).count() / digits.size();
  }

  private static boolean isRight(ClassifierPredictor predictor, int digit) {
    float[] scores = predictor.predict(DIGITS.get(digit)).scores();
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      best = scores[i] > scores[best] ? i : best;
    }
    return predictor.classes().get(best).equals(Integer.toString(labels[digit]));
  }

  private static void learn(
      OnlineClassifier learner, List<Integer> digits, IntUnaryOperator permutation) {
    for (int i = 0; i < digits.size(); i += BATCH) {
      learner.learn(
          digits.subList(i, i + BATCH).stream()
              .map(it ->
                  new LabelledDocument(
                      DIGITS.get(it), Integer.toString(permutation.applyAsInt(labels[it]))))
              .toList());
    }
  }

  private static OnlineClassifierConfig config(double share) {
    OnlineClassifierConfig defaults = OnlineClassifierConfig.defaults();
    return new OnlineClassifierConfig(
        32,
        1_024,
        CLASSES,
        defaults.optimizer(),
        defaults.rate() * share,
        defaults.denseRate() * share);
  }

  /** The pixels that are not black, of unit length as document vectors are. */
  private static TermVector terms(byte[] pixels, int from) {
    List<String> names = new ArrayList<>();
    List<Double> weights = new ArrayList<>();
    double squares = 0;
    for (int i = 0; i < PIXELS; i++) {
      double pixel = (pixels[from + i] & 0xff) / 255.0;
      if (pixel > 0) {
        names.add("pixel-" + i);
        weights.add(pixel);
        squares += pixel * pixel;
      }
    }
    double length = Math.sqrt(squares);
    weights.replaceAll(it -> it / length);
    return TermVector.of(names, weights);
  }

  private static byte[] read(String file, int header) throws IOException {
    try (var in = new GZIPInputStream(Files.newInputStream(FOLDER.resolve(file)))) {
      byte[] all = in.readAllBytes();
      return Arrays.copyOfRange(all, header, all.length);
    }
  }
}
