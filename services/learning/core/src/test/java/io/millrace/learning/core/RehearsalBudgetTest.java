package io.millrace.learning.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class RehearsalBudgetTest {

  private static final RehearsalBudget.Limits LIMITS = new RehearsalBudget.Limits(10, 100);

  @Test
  void everyNewExampleAddsItsPassesUpToTheLimit() {
    RehearsalBudget seven = RehearsalBudget.NONE.plus(7, LIMITS);

    assertThat(seven.left()).isEqualTo(70);
    assertThat(seven.plus(7, LIMITS).left()).isEqualTo(100);
  }

  @Test
  void updatesAreRoundedUpAndTheLastOneTakesWhatIsLeft() {
    RehearsalBudget budget = RehearsalBudget.NONE.plus(7, LIMITS);

    assertThat(budget.updates(64)).isEqualTo(2);
    assertThat(budget.minus(64).minus(64)).isEqualTo(RehearsalBudget.NONE);
  }

  @Test
  void withoutPassesThereIsNothingToRehearse() {
    assertThat(RehearsalBudget.NONE.plus(7, new RehearsalBudget.Limits(0, 100)).updates(4))
        .isZero();
  }

  @Test
  void isReadAsItWasWritten() {
    var budget = new RehearsalBudget(4_711);

    assertThat(RehearsalBudget.read(budget.toBytes())).isEqualTo(budget);
    assertThatThrownBy(() -> RehearsalBudget.read(new byte[3])).hasMessageContaining("3");
  }
}
