package io.millrace.learning.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AnalysisStepTest {

  @Test
  void readsNamesAndParametersInQuotesOrWithout() {
    List<AnalysisStep> steps =
        AnalysisStep.parse(" lowercase ,stop( words = my file.txt ,x='a, (b)' , y=\"it's\", z=) ");

    assertThat(steps)
        .containsExactly(
            new AnalysisStep("lowercase", Map.of()),
            new AnalysisStep(
                "stop", Map.of("words", "my file.txt", "x", "a, (b)", "y", "it's", "z", "")));
  }

  @Test
  void nothingIsNoStep() {
    assertThat(AnalysisStep.parse(" ")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {",", "a,", "a b", "a(", "a()", "a(b)", "a(b=c", "a(b='c)", "a(b=c,)", "a)"})
  void saysWhereItCannotBeRead(String text) {
    assertThatThrownBy(() -> AnalysisStep.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(" at character ")
        .hasMessageEndingWith(text);
  }
}
