package io.millrace.learning.text.frequencies;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class EvictionRoundsTest {

  private final EvictionRounds rounds = new EvictionRounds();

  @Test
  void aDocumentIsOfTheRoundThatItCameIn() {
    rounds.observe(0, 0);
    rounds.begin();
    rounds.observe(0, 1);
    rounds.observe(1, 7);
    rounds.begin();

    assertThat(rounds.count()).isEqualTo(2);
    assertThat(rounds.roundsBefore(0, 0)).isZero();
    assertThat(rounds.roundsBefore(0, 1)).isEqualTo(1);
    assertThat(rounds.roundsBefore(1, 7)).isEqualTo(1);
    assertThat(rounds.roundsBefore(0, 2)).isEqualTo(2);
  }

  @Test
  void keepsABoundedNumberAndTakesDocumentsForNoYoungerThanTheyAre() {
    int documents = 5 * EvictionRounds.MAX_ROUNDS;
    for (int position = 0; position < documents; position++) {
      rounds.observe(0, position);
      rounds.begin();
      assertThat(rounds.retained()).isLessThanOrEqualTo(EvictionRounds.MAX_ROUNDS);
    }

    assertThat(rounds.count()).isEqualTo(documents);
    int before = 0;
    for (int position = 0; position < documents; position++) {
      int round = rounds.roundsBefore(0, position);
      assertThat(round).isBetween(before, position);
      before = round;
    }
    int exact = documents - EvictionRounds.MAX_ROUNDS / 4;
    assertThat(rounds.roundsBefore(0, exact)).isEqualTo(exact);
  }
}
