package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FrequencyBlockKeyTest {

  @Test
  void isReadAsItWasWritten() {
    assertThat(new FrequencyBlockKey(3, 42)).hasToString("3/000000000042");
    assertThat(FrequencyBlockKey.parse("3/000000000042")).isEqualTo(new FrequencyBlockKey(3, 42));
    var late = new FrequencyBlockKey(0, 12_345_678_901_234L);
    assertThat(FrequencyBlockKey.parse(late.toString())).isEqualTo(late);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "3", "3/42", "-1/000000000042", "3/000000000042/1", "x/000000000042"})
  void refusesOtherKeysByTheirText(String text) {
    assertThatThrownBy(() -> FrequencyBlockKey.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(": " + text);
  }
}
