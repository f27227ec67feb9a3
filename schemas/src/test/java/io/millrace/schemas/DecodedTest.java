package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DecodedTest {

  @Test
  void aValueIsDecodedFurther() {
    Decoded<Integer> seven = Decoded.valid("7").map(Integer::valueOf);

    assertThat(seven).isEqualTo(Decoded.valid(7));
    assertThat(seven.flatMap(number -> Decoded.invalid("odd"))).isEqualTo(Decoded.invalid("odd"));
  }

  @Test
  void aReasonStays() {
    Decoded<String> empty = Decoded.invalid("the value is empty");

    assertThat(empty.map(String::length)).isEqualTo(Decoded.invalid("the value is empty"));
    assertThat(empty.flatMap(text -> Decoded.valid(text.length())))
        .isEqualTo(Decoded.invalid("the value is empty"));
  }
}
