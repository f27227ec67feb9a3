package io.millrace.learning.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.millrace.learning.core.DriftConfig;
import io.millrace.learning.core.DriftConfig.Action;
import io.millrace.learning.core.DriftMonitor;
import io.millrace.learning.core.SplitMix64;
import io.millrace.learning.tensors.SafeTensors;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Documents of four subjects, a tenth with a label at random; later the labels move on by one. */
final class ForgettingTest {

  private static final int CLASSES = 4;
  private static final double NOISE = 0.1;
  private static final int BATCH = 4;
  private static final double DECAY = 0.1;

  private final SplitMix64 random = new SplitMix64(1);

  /** What can be reached is 0.925. */
  @ParameterizedTest
  @EnumSource(
      value = ClassifierOptimizer.class,
      names = {"ROWWISE_ADAGRAD", "ADAGRAD"})
  void labelsThatChangeAfterAMillionExamplesAreLearnedAgainWithinThreeThousand(
      ClassifierOptimizer optimizer) {
    var learner = new OnlineClassifier(config(optimizer), 42);
    learn(learner, monitor(Action.REPORT), 980_000, 0);
    byte[] model = learner.model().toBytes();
    var state = learner.takeChanges();

    double before = accuracy(learner, monitor(Action.REPORT), 20_000, 0);
    DriftMonitor reported = monitor(Action.REPORT);
    DriftMonitor answered = monitor(Action.RAISE_LEARNING_RATE);
    OnlineClassifier frozen =
        OnlineClassifier.restore(config(optimizer), 42, SafeTensors.read(model), state);
    for (DriftMonitor monitor : List.of(reported, answered)) {
      learn(monitor == answered ? learner : frozen, monitor, 20_000, 0);
      assertThat(monitor.drifts()).isZero();
    }
    learn(learner, answered, 2_000, 1);
    learn(frozen, reported, 2_000, 1);
    double regained = accuracy(learner, answered, 1_000, 1);
    double lost = accuracy(frozen, reported, 1_000, 1);

    assertThat(before).isGreaterThan(0.91);
    assertThat(answered.drifts()).isEqualTo(1);
    assertThat(reported.drifts()).isEqualTo(1);
    assertThat(regained).isGreaterThan(before - 0.03);
    assertThat(lost).isLessThan(0.5);
    assertThat(accuracy(learner, answered, 20_000, 1)).isGreaterThan(before - 0.01);
    assertThat(answered.drifts()).isEqualTo(1);
  }

  @Test
  void whoForgetsNothingIsAdaGrad() {
    var forgets = new OnlineClassifier(config(ClassifierOptimizer.ROWWISE_ADAGRAD), 42);
    var plain = new OnlineClassifier(config(ClassifierOptimizer.ROWWISE_ADAGRAD), 42);
    List<List<LabelledDocument>> batches = IntStream.range(0, 500).mapToObj(_ -> batch(0)).toList();

    for (List<LabelledDocument> batch : batches) {
      forgets.forget(0);
      forgets.learn(batch);
      plain.learn(batch);
    }
    assertThat(forgets.model().toBytes()).isEqualTo(plain.model().toBytes());
    forgets.forget(DECAY);
    forgets.learn(batches.getFirst());
    plain.learn(batches.getFirst());

    assertThat(forgets.model().toBytes()).isNotEqualTo(plain.model().toBytes());
  }

  @Test
  void aShareIsBelowOne() {
    var learner = new OnlineClassifier(config(ClassifierOptimizer.ADAM), 42);

    assertThatIllegalArgumentException().isThrownBy(() -> learner.forget(1));
    assertThatIllegalArgumentException().isThrownBy(() -> learner.forget(-0.1));
  }

  private double accuracy(OnlineClassifier learner, DriftMonitor monitor, int examples, int moved) {
    ClassifierStats before = learner.statistics();
    learn(learner, monitor, examples, moved);
    return learner.statistics().accuracySince(before);
  }

  private void learn(OnlineClassifier learner, DriftMonitor monitor, int examples, int moved) {
    for (int i = 0; i < examples; i += BATCH) {
      ClassifierStats before = learner.statistics();
      learner.forget(monitor.answers() ? DECAY : 0);
      learner.learn(batch(moved));
      ClassifierStats now = learner.statistics();
      monitor.update(now.labelledSince(before), now.wrongSince(before));
    }
  }

  private List<LabelledDocument> batch(int moved) {
    List<LabelledDocument> batch = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      int subject = random.nextBelow(CLASSES);
      Set<String> terms = new LinkedHashSet<>();
      for (int k = 0; k < 3; k++) {
        terms.add("subject" + subject + "-" + random.nextBelow(50));
      }
      for (int k = 0; k < 5; k++) {
        terms.add("word" + random.nextBelow(500));
      }
      int label =
          random.nextDouble() < NOISE ? random.nextBelow(CLASSES) : (subject + moved) % CLASSES;
      List<Double> weights = Collections.nCopies(terms.size(), 1 / Math.sqrt(terms.size()));
      batch.add(new LabelledDocument(TermVector.of(List.copyOf(terms), weights), "label" + label));
    }
    return batch;
  }

  private static OnlineClassifierConfig config(ClassifierOptimizer optimizer) {
    return new OnlineClassifierConfig(
        16, 4_096, 10, optimizer, optimizer.rate(), optimizer.denseRate());
  }

  private static DriftMonitor monitor(Action action) {
    return new DriftMonitor(
        new DriftConfig(DriftConfig.Detector.PAGE_HINKLEY, 50, 1e-6, action, 1, 2_000));
  }
}
