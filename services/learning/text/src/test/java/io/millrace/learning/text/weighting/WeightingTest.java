package io.millrace.learning.text.weighting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.learning.text.analysis.Analysis;
import io.millrace.learning.text.frequencies.DocumentFrequencyTable;
import io.millrace.learning.text.frequencies.TermCounter;
import io.millrace.learning.text.frequencies.TermCounts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class WeightingTest {

  /** Those of weighing.py. */
  private static final List<String> SENTENCES =
      List.of(
          "This is the first document.",
          "This document is the second document.",
          "And this is the third one.",
          "Is this the first document?");

  private final TermCounter counter = new TermCounter(Analysis.SCIKIT_LEARN);
  private final DocumentFrequencyTable corpus = new DocumentFrequencyTable();

  @ParameterizedTest
  @MethodSource("io.millrace.learning.text.weighting.Weighting#presets")
  void givesTheNumbersOfScikitLearn(Weighting weighing) throws IOException {
    List<TermCounts> documents = SENTENCES.stream().map(counter::count).toList();
    documents.forEach(document -> corpus.insert(document.terms()));

    for (int i = 0; i < documents.size(); i++) {
      SparseVector vector = weighing.vectorize(documents.get(i), corpus);

      Map<String, Double> golden = golden(weighing, i);
      assertThat(vector.terms()).containsExactlyElementsOf(golden.keySet());
      for (int place = 0; place < vector.terms().size(); place++) {
        assertThat(vector.weights().get(place))
            .isCloseTo(golden.get(vector.terms().get(place)), within(1e-15));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.millrace.learning.text.weighting.Weighting#presets")
  void aDocumentWithoutTermsHasAnEmptyVector(Weighting weighing) {
    TermCounts nothing = counter.count("?!");
    corpus.insert(nothing.terms());

    SparseVector vector = weighing.vectorize(nothing, corpus);

    assertThat(vector.terms()).isEmpty();
    assertThat(vector.weights()).isEmpty();
  }

  @Test
  void anUnknownWeighingIsRefusedByName() {
    assertThatThrownBy(() -> Weighting.named("heavy"))
        .hasMessage("weighting must be one of counts, scikit-learn, article, was heavy");
  }

  private static Map<String, Double> golden(Weighting weighing, int document) throws IOException {
    Map<String, Double> weights = new TreeMap<>();
    try (InputStream in = WeightingTest.class.getResourceAsStream("/golden/weighing.tsv")) {
      String lines = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      lines
          .lines()
          .map(line -> line.split("\t"))
          .filter(line -> line[0].equals(weighing.label()))
          .filter(line -> Integer.parseInt(line[1]) == document)
          .forEach(line -> weights.put(line[2], Double.valueOf(line[3])));
    }
    assertThat(weights).isNotEmpty();
    return weights;
  }
}
