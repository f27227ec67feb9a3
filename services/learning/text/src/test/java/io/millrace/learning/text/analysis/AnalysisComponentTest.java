package io.millrace.learning.text.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AnalysisComponentTest {

  @Test
  void readsNamesAndParametersInQuotesOrWithout() {
    List<AnalysisComponent> steps =
        AnalysisComponent.parse(
            " lowercase ,stop( words = my file.txt ,x='a, (b)' , y=\"it's\", z=) ");

    assertThat(steps)
        .containsExactly(
            new AnalysisComponent("lowercase", Map.of()),
            new AnalysisComponent(
                "stop", Map.of("words", "my file.txt", "x", "a, (b)", "y", "it's", "z", "")));
  }

  @Test
  void nothingIsNoStep() {
    assertThat(AnalysisComponent.parse(" ")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {",", "a,", "a b", "a(", "a()", "a(b)", "a(b=c", "a(b='c)", "a(b=c,)", "a)"})
  void saysWhereItCannotBeRead(String text) {
    assertThatThrownBy(() -> AnalysisComponent.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(" at character ")
        .hasMessageEndingWith(text);
  }
}
