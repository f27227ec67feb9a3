package io.millrace.learning.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.SafeTensorsException;
import io.millrace.learning.tensors.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ClassifierPredictorTest {

  /** Two hidden units, three terms, two classes; fc1 as the file has it, a column for each term. */
  private static final SafeTensors FILE =
      SafeTensors.of(
          Map.of(
              "fc1.weight", Tensor.of(new float[] {1, 2, 3, -1, -2, -3}, 2, 3),
              "fc1.bias", Tensor.of(new float[] {0.5f, 0.25f}, 2),
              "fc2.weight", Tensor.of(new float[] {1, 10, -1, -10}, 2, 2),
              "fc2.bias", Tensor.of(new float[] {0.125f, 0}, 2)),
          Map.of("vocabulary", "a\nb\nc", "classes", "ham\nspam"));

  private final ClassifierPredictor predictor = ClassifierPredictor.load(FILE);

  @Test
  void givesTheScoresOfTheNetwork() {
    float[] scores = predict(List.of("a", "c"), List.of(1.0, 2.0));

    // hidden = relu(0.5 + 1 + 6, 0.25 - 1 - 6) = (7.5, 0)
    assertThat(scores).containsExactly(7.625f, -7.5f);
    assertThat(predictor.classes()).containsExactly("ham", "spam");
  }

  @Test
  void passesUnknownTermsBy() {
    assertThat(predict(List.of("a", "unheard"), List.of(1.0, 5.0)))
        .isEqualTo(predict(List.of("a"), List.of(1.0)));
    assertThat(predict(List.of(), List.of())).containsExactly(3.125f, -3f);
  }

  @Test
  void knowsADocumentByOneTermWithAWeight() {
    assertThat(knows(List.of("unheard", "c"), List.of(1.0, 0.1))).isTrue();
    assertThat(knows(List.of("unheard"), List.of(1.0))).isFalse();
    assertThat(knows(List.of("a"), List.of(0.0))).isFalse();
    assertThat(knows(List.of(), List.of())).isFalse();
  }

  @Test
  void answersNothingWhileNoClassIsKnown() {
    var nothingLearned =
        new ClassifierWeights(
            List.of(), List.of(), new float[0], new float[4], new float[0], new float[0]);

    ClassifierPredictor fresh =
        ClassifierPredictor.load(SafeTensors.read(nothingLearned.toFile().toBytes()));

    assertThat(fresh.classes()).isEmpty();
    assertThat(fresh.predict(TermVector.of(List.of("a"), List.of(1.0))).scores()).isEmpty();
  }

  @Test
  void refusesWhatIsNoClassifier() {
    var file = SafeTensors.of(FILE.tensors(), Map.of("vocabulary", "a\nb", "classes", "ham\nspam"));

    assertThatThrownBy(() -> ClassifierPredictor.load(file))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageContaining("fc1.weight");
    assertThatThrownBy(() -> predict(List.of("a"), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private float[] predict(List<String> terms, List<Double> weights) {
    return predictor.predict(TermVector.of(terms, weights)).scores();
  }

  private boolean knows(List<String> terms, List<Double> weights) {
    return predictor.predict(TermVector.of(terms, weights)).known();
  }
}
