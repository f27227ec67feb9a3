package io.millrace.learning.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.learning.tensors.SafeTensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class OnlineClassifierTest {

  private static final long SEED = 42;

  private final OnlineClassifier classifier = classifier(ClassifierOptimizer.ROWWISE_ADAGRAD);

  @Test
  void learnsWhatNoLinearModelCan() {
    LabelledDocument neither = example("same", "x");
    LabelledDocument both = example("same", "a", "b", "x");
    LabelledDocument left = example("other", "a", "x");
    LabelledDocument right = example("other", "b", "x");

    for (int i = 0; i < 200; i++) {
      classifier.learn(List.of(neither, left, both, right));
    }

    for (LabelledDocument example : List.of(neither, left, both, right)) {
      assertThat(answer(example)).isEqualTo(example.label());
    }
  }

  @Test
  void answersABatchBeforeItLearnsFromIt() {
    learn(classifier, 0, 20);
    LabelledDocument known = stream(79);
    float[] before = classifier.predict(known.terms());

    float[] answered = classifier.learn(List.of(known)).getFirst();

    assertThat(answered).containsExactly(before);
    assertThat(classifier.predict(known.terms())).isNotEqualTo(before);
  }

  @Test
  void aClassThatTheBatchBringsIsNeverARightAnswer() {
    classifier.learn(List.of(example("ham", "a"), example("ham", "a")));
    assertThat(classifier.statistics().correct()).isZero();

    classifier.learn(List.of(example("ham", "a"), example("spam", "b")));

    ClassifierStats statistics = classifier.statistics();
    assertThat(statistics.correct()).isEqualTo(1);
    assertThat(statistics.examples()).isEqualTo(4);
    assertThat(classifier.classes()).containsExactly("ham", "spam");
  }

  @Test
  void theModelFileAnswersWithTheSameBits() {
    learn(classifier, 0, 50);
    SafeTensors file = SafeTensors.read(classifier.model().toBytes());

    var predictor = ClassifierPredictor.load(file);

    assertThat(predictor.classes()).isEqualTo(classifier.classes());
    for (int number = 1_000; number < 1_100; number++) {
      LabelledDocument example = stream(number);
      assertThat(predictor.predict(example.terms()).scores())
          .containsExactly(classifier.predict(example.terms()));
    }
  }

  @ParameterizedTest
  @EnumSource(ClassifierOptimizer.class)
  void continuesFromFileAndBlocksAsIfItHadNeverStopped(ClassifierOptimizer optimizer) {
    OnlineClassifier undisturbed = classifier(optimizer);
    OnlineClassifier stopped = classifier(optimizer);
    Map<String, byte[]> blocks = new HashMap<>();

    for (int batch = 0; batch < 60; batch++) {
      learn(undisturbed, batch, batch + 1);
      learn(stopped, batch, batch + 1);
      if (batch % 7 == 3) {
        blocks.putAll(stopped.takeChanges());
        SafeTensors file = SafeTensors.read(stopped.model().toBytes());
        stopped = OnlineClassifier.restore(parameters(optimizer), SEED, file, blocks);
      }
    }

    assertThat(undisturbed.statistics().evicted()).isPositive();
    assertThat(stopped.statistics()).isEqualTo(undisturbed.statistics());
    assertThat(stopped.model().toBytes()).isEqualTo(undisturbed.model().toBytes());
    blocks.putAll(stopped.takeChanges());
    SortedMap<String, byte[]> all = undisturbed.takeChanges();
    assertThat(blocks.keySet()).isEqualTo(all.keySet());
    all.forEach((name, bytes) -> assertThat(blocks.get(name)).as(name).isEqualTo(bytes));
  }

  @Test
  void writesOnlyTheBlocksWhoseRowsChanged() {
    var config =
        new OnlineClassifierConfig(2, 10_000, 10, ClassifierOptimizer.ROWWISE_ADAGRAD, 0.1, 0.03);
    var large = new OnlineClassifier(config, SEED);
    List<String> terms = IntStream.range(0, 5_000).mapToObj(i -> "t" + i).toList();
    large.learn(List.of(new LabelledDocument(terms, Collections.nCopies(5_000, 0.01), "ham")));
    assertThat(large.takeChanges()).containsKeys("rows/000000", "rows/000004").hasSize(7);

    large.learn(List.of(example("ham", "t1500")));

    assertThat(large.takeChanges()).containsOnlyKeys("summary", "dense/000000", "rows/000001");
  }

  @Test
  void firstWeightsDependOnSeedAndNameAlone() {
    var early = new ClassifierNetwork(parameters(), SEED);
    var late = new ClassifierNetwork(parameters(), SEED);
    var another = new ClassifierNetwork(parameters(), SEED + 1);
    early.addTerm(0, "a");
    late.addTerm(0, "b");
    late.addTerm(1, "a");
    another.addTerm(0, "a");

    float[] a = row(early, 0);
    assertThat(a).doesNotHaveDuplicates();
    assertThat(row(late, 1)).containsExactly(a);
    assertThat(row(late, 0)).isNotEqualTo(a);
    assertThat(row(another, 0)).isNotEqualTo(a);
  }

  @Test
  void countsExamplesOfAClassTooManyAndLearnsNothingFromThem() {
    var config = new OnlineClassifierConfig(4, 100, 2, ClassifierOptimizer.ADAGRAD, 0.1, 0.03);
    var bounded = new OnlineClassifier(config, SEED);
    bounded.learn(List.of(example("a", "x"), example("b", "y")));
    byte[] before = bounded.model().toBytes();

    List<float[]> answers = bounded.learn(List.of(example("c", "x")));

    assertThat(answers.getFirst()).hasSize(2);
    assertThat(bounded.classes()).containsExactly("a", "b");
    assertThat(bounded.statistics().refused()).isEqualTo(1);
    assertThat(bounded.statistics().examples()).isEqualTo(3);
    assertThat(bounded.model().toBytes()).isEqualTo(before);
  }

  @Test
  void aDocumentWithMoreTermsThanThereIsRoomIsLearnedFromInPart() {
    List<String> terms = IntStream.range(0, 1_000).mapToObj(i -> "t" + i).toList();

    classifier.learn(List.of(new LabelledDocument(terms, Collections.nCopies(1_000, 0.03), "ham")));

    assertThat(classifier.statistics().vocabulary()).isEqualTo(parameters().vocabulary());
    assertThat(classifier.statistics().ignored()).isEqualTo(1_000 - parameters().vocabulary());
  }

  @Test
  void staysFiniteWithTheLargestWeights() {
    for (int i = 0; i < 50; i++) {
      classifier.learn(
          List.of(
              new LabelledDocument(List.of("a", "b"), List.of(1e6, -1e6), "ham"),
              new LabelledDocument(List.of("a", "b"), List.of(-1e6, 1e6), "spam")));
    }

    assertThat(Double.isFinite(classifier.statistics().loss())).isTrue();
    for (float score : classifier.predict(TermVector.of(List.of("a"), List.of(1e6)))) {
      assertThat(Float.isFinite(score)).isTrue();
    }
  }

  @Test
  void refusesAStateOfAnotherModel() {
    learn(classifier, 0, 3);
    SafeTensors file = classifier.model();
    Map<String, byte[]> blocks = new HashMap<>(classifier.takeChanges());
    var wider =
        new OnlineClassifierConfig(9, 64, 10, ClassifierOptimizer.ROWWISE_ADAGRAD, 0.1, 0.03);

    assertThatThrownBy(() -> OnlineClassifier.restore(wider, SEED, file, blocks))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("hidden");
    for (String lost : List.of("summary", "rows/000000", "dense/000000")) {
      Map<String, byte[]> fewer = new HashMap<>(blocks);
      fewer.remove(lost);
      assertThatThrownBy(() -> OnlineClassifier.restore(parameters(), SEED, file, fewer))
          .isInstanceOf(IllegalArgumentException.class);
    }
    blocks.put("rows/000001", new byte[4]);
    blocks.put("other/000001", new byte[4]);
    assertThatThrownBy(() -> OnlineClassifier.restore(parameters(), SEED, file, blocks))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("other/000001");
  }

  private static OnlineClassifierConfig parameters() {
    return parameters(ClassifierOptimizer.ROWWISE_ADAGRAD);
  }

  private static OnlineClassifierConfig parameters(ClassifierOptimizer optimizer) {
    return new OnlineClassifierConfig(8, 64, 10, optimizer, 0.1, 0.03);
  }

  private static OnlineClassifier classifier(ClassifierOptimizer optimizer) {
    return new OnlineClassifier(parameters(optimizer), SEED);
  }

  /** Learns the batches from a number to below another, four examples each. */
  private static void learn(OnlineClassifier classifier, int from, int to) {
    for (int batch = from; batch < to; batch++) {
      classifier.learn(IntStream.range(batch * 4, batch * 4 + 4).mapToObj(n -> stream(n)).toList());
    }
  }

  private static float[] row(ClassifierNetwork network, int row) {
    return Arrays.copyOfRange(network.fc1().values(), row * 8, row * 8 + 8);
  }

  private String answer(LabelledDocument example) {
    float[] scores = classifier.predict(example.terms());
    return classifier.classes().get(scores[0] > scores[1] ? 0 : 1);
  }

  private static LabelledDocument example(String label, String... terms) {
    return new LabelledDocument(List.of(terms), Collections.nCopies(terms.length, 1.0), label);
  }

  /** An example of an endless stream with more terms than there is room for. */
  private static LabelledDocument stream(int number) {
    var random = new Random(number * 0x9e3779b97f4a7c15L);
    int label = random.nextInt(3);
    var terms = new TreeSet<String>();
    terms.add("of" + label + "." + random.nextInt(5));
    for (int i = 0; i < 4; i++) {
      terms.add("any" + random.nextInt(200));
    }
    List<Double> weights = new ArrayList<>();
    terms.forEach(term -> weights.add(0.2 + random.nextDouble()));
    return new LabelledDocument(List.copyOf(terms), weights, "class " + label);
  }
}
