package io.millrace.learning.classifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Learns beside PyTorch: the golden file and the script that made it say what. */
final class ClassifierPyTorchTest {

  private static final int TERMS = 12;
  private static final int HIDDEN = 5;
  private static final int CLASSES = 3;
  private static final int BATCH = 4;
  private static final int STEPS = 6;
  private static final Offset<Float> TOLERANCE = within(1e-5f);

  private final Map<String, float[]> golden = new HashMap<>();

  @ParameterizedTest
  @CsvSource({
    "adam-dense, ADAM",
    "adam, ADAM",
    "adagrad, ADAGRAD",
    "rowwise-adagrad, ROWWISE_ADAGRAD"
  })
  void givesItsScoresBeforeEveryStepAndItsWeightsAfterTheLast(
      String name, ClassifierOptimizer optimizer) throws IOException {
    read(name);
    var parameters = new OnlineClassifierConfig(HIDDEN, 16, CLASSES, optimizer, 0.1, 0.03);
    var network = new ClassifierNetwork(parameters, 1);
    begin(network);

    for (int step = 0; step < STEPS; step++) {
      List<ClassifierNetwork.Activations> passes = new ArrayList<>();
      for (int document = 0; document < BATCH; document++) {
        int label = (int) golden("labels." + step)[document];
        passes.add(network.forward(input(step, document), label));
      }
      for (int document = 0; document < BATCH; document++) {
        assertClose(passes.get(document).scores(), slice("scores." + step, document, CLASSES));
      }
      network.learn(passes, step + 1);
    }

    for (int term = 0; term < TERMS; term++) {
      float[] row = Arrays.copyOfRange(network.fc1().values(), term * HIDDEN, (term + 1) * HIDDEN);
      assertClose(row, column("final.fc1.weight", term));
    }
    List<ParameterRows> dense = List.copyOf(network.dense().keySet());
    assertClose(dense.get(0).values(), golden("final.fc1.bias"));
    assertClose(dense.get(1).values(), golden("final.fc2.weight"));
    assertClose(dense.get(2).values(), golden("final.fc2.bias"));
  }

  private void begin(ClassifierNetwork network) {
    network.restoreDense(
        new ClassifierWeights(
            List.of(),
            List.of("a", "b", "c"),
            new float[0],
            golden("initial.fc1.bias"),
            golden("initial.fc2.weight"),
            golden("initial.fc2.bias")));
    for (int term = 0; term < TERMS; term++) {
      network.fc1().set(term, column("initial.fc1.weight", term));
    }
  }

  private ClassifierNetwork.SparseInput input(int step, int document) {
    float[] weights = slice("documents." + step, document, TERMS);
    int[] held = IntStream.range(0, TERMS).filter(term -> weights[term] != 0).toArray();
    float[] values = new float[held.length];
    for (int i = 0; i < held.length; i++) {
      values[i] = weights[held[i]];
    }
    return new ClassifierNetwork.SparseInput(held, values);
  }

  private float[] golden(String what) {
    return Objects.requireNonNull(golden.get(what), what);
  }

  private float[] slice(String what, int row, int width) {
    return Arrays.copyOfRange(golden(what), row * width, (row + 1) * width);
  }

  /** A term's weights: a column of PyTorch's hidden × terms. */
  private float[] column(String what, int term) {
    float[] column = new float[HIDDEN];
    for (int k = 0; k < HIDDEN; k++) {
      column[k] = golden(what)[k * TERMS + term];
    }
    return column;
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], TOLERANCE);
    }
  }

  private void read(String name) throws IOException {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(getClass().getResourceAsStream("/golden/network.tsv")),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] fields = line.split("\t");
        if (fields[0].equals(name)) {
          golden.put(fields[1], floats(fields[2].split(" ")));
        }
      }
    }
  }

  private static float[] floats(String[] numbers) {
    float[] values = new float[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      values[i] = Float.parseFloat(numbers[i]);
    }
    return values;
  }
}
