package io.millrace.learning.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PageHinkleyTest {

  private static final double THRESHOLD = 50;

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.005, 0.02, 0.05, 0.2, 0.4, 0.5, 0.9, 1})
  void anErrorThatStaysIsNoneHoweverLargeItIs(double error) {
    for (int seed = 0; seed < 10; seed++) {
      var random = new Random(seed);
      PageHinkley test = PageHinkley.NONE;
      double highest = 0;
      for (int i = 0; i < 300_000; i++) {
        test = test.plus(1, random.nextDouble() < error ? 1 : 0);
        highest = Math.max(highest, test.excess());
      }

      assertThat(highest).as("seed %d", seed).isLessThan(THRESHOLD);
    }
  }

  @Test
  void errorsThatFallAreNone() {
    var random = new Random(4);

    PageHinkley test = after(PageHinkley.NONE, random, 2_000, 0.9);
    test = after(test, random, 5_000, 0.3);
    test = after(test, random, 50_000, 0.05);

    assertThat(test.excess()).isLessThan(THRESHOLD);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4})
  void aRiseIsNoticedTheSoonerTheLargerItIs(int seed) {
    assertThat(delay(seed, 0.05, 0.6)).isBetween(10, 60);
    assertThat(delay(seed, 0.2, 0.6)).isBetween(20, 150);
    assertThat(delay(seed, 0.4, 0.7)).isBetween(50, 400);
  }

  @Test
  void aBatchCountsAsItsExamplesDo() {
    PageHinkley batch = PageHinkley.NONE.plus(100, 20).plus(0, 0).plus(16, 9);

    assertThat(batch.examples()).isEqualTo(116);
    assertThat(batch.mean()).isEqualTo(29.0 / 116);
    assertThat(batch.excess()).isCloseTo((9 - 16 * 0.25) / Math.sqrt(0.1875) - 16 * 0.2, within());
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.data.Offset.offset(1e-9);
  }

  private static int delay(int seed, double before, double after) {
    var random = new Random(seed);
    PageHinkley test = after(PageHinkley.NONE, random, 20_000, before);
    int examples = 0;
    while (test.excess() <= THRESHOLD) {
      test = test.plus(1, random.nextDouble() < after ? 1 : 0);
      examples++;
    }
    return examples;
  }

  private static PageHinkley after(PageHinkley begun, Random random, int examples, double error) {
    PageHinkley test = begun;
    for (int i = 0; i < examples; i++) {
      test = test.plus(1, random.nextDouble() < error ? 1 : 0);
    }
    return test;
  }
}
