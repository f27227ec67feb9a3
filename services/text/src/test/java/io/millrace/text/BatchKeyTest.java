package io.millrace.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BatchKeyTest {

  @Test
  void isReadAsItWasWritten() {
    assertThat(new BatchKey(3, 42)).hasToString("3/000000000042");
    assertThat(BatchKey.parse("3/000000000042")).isEqualTo(new BatchKey(3, 42));
    var late = new BatchKey(0, 12_345_678_901_234L);
    assertThat(BatchKey.parse(late.toString())).isEqualTo(late);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "3", "3/42", "-1/000000000042", "3/000000000042/1", "x/000000000042"})
  void refusesOtherKeysByTheirText(String text) {
    assertThatThrownBy(() -> BatchKey.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(": " + text);
  }
}
