package io.millrace.learning.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class EvictionRoundsTest {

  private final EvictionRounds rounds = new EvictionRounds();

  @Test
  void aDocumentIsOfTheRoundThatItCameIn() {
    rounds.reach(0, 0);
    rounds.begin();
    rounds.reach(0, 1);
    rounds.reach(1, 7);
    rounds.begin();

    assertThat(rounds.count()).isEqualTo(2);
    assertThat(rounds.before(0, 0)).isZero();
    assertThat(rounds.before(0, 1)).isEqualTo(1);
    assertThat(rounds.before(1, 7)).isEqualTo(1);
    assertThat(rounds.before(0, 2)).isEqualTo(2);
  }

  @Test
  void keepsABoundedNumberAndTakesDocumentsForNoYoungerThanTheyAre() {
    int documents = 5 * EvictionRounds.MOST;
    for (int position = 0; position < documents; position++) {
      rounds.reach(0, position);
      rounds.begin();
      assertThat(rounds.kept()).isLessThanOrEqualTo(EvictionRounds.MOST);
    }

    assertThat(rounds.count()).isEqualTo(documents);
    int before = 0;
    for (int position = 0; position < documents; position++) {
      int round = rounds.before(0, position);
      assertThat(round).isBetween(before, position);
      before = round;
    }
    int exact = documents - EvictionRounds.MOST / 4;
    assertThat(rounds.before(0, exact)).isEqualTo(exact);
  }
}
