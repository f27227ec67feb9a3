package io.millrace.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class StableConditionTest {

  private final AtomicLong now = new AtomicLong();
  private final AtomicBoolean condition = new AtomicBoolean();
  private final StableCondition steady =
      new StableCondition(condition::get, Duration.ofNanos(10), now::get);

  @Test
  void holdsOnceTheConditionHasHeldForTheWholeTime() {
    condition.set(true);
    assertThat(steady.getAsBoolean()).isFalse();
    now.set(9);
    assertThat(steady.getAsBoolean()).isFalse();

    now.set(10);

    assertThat(steady.getAsBoolean()).isTrue();
  }

  @Test
  void beginsAnewWhenTheConditionFailedMeanwhile() {
    condition.set(true);
    assertThat(steady.getAsBoolean()).isFalse();
    condition.set(false);
    assertThat(steady.getAsBoolean()).isFalse();
    condition.set(true);

    now.set(10);

    assertThat(steady.getAsBoolean()).isFalse();
  }
}
