package io.millrace.learning.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class Fnv1aTest {

  /** ASCII has the same units in UTF-16 as bytes in the reference's vectors. */
  @Test
  void givesTheReferenceValues() {
    assertThat(Fnv1a.hash("")).isEqualTo(0xcbf29ce484222325L);
    assertThat(Fnv1a.hash("a")).isEqualTo(0xaf63dc4c8601ec8cL);
    assertThat(Fnv1a.hash("foobar")).isEqualTo(0x85944171f73967e8L);
  }
}
