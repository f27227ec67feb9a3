package io.millrace.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class ServingGateTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  private final ServingGate gate = new ServingGate();

  @Test
  void whileNothingIsAnsweredNobodyWaits() {
    gate.enter();
    gate.leave();

    assertThat(gate.awaitFree(LONG)).isLessThan(LONG);
  }

  @Test
  void whoShadowsWaitsUntilTheLastBatchIsAnswered() throws Exception {
    var left = new AtomicBoolean();
    gate.enter();
    gate.enter();

    var shadow =
        CompletableFuture.supplyAsync(() -> {
          gate.awaitFree(LONG);
          return left.get();
        });
    gate.leave();
    left.set(true);
    gate.leave();

    assertThat(shadow.get(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void besideALoopThatIsNeverIdleTheWaitEnds() {
    gate.enter();

    assertThat(gate.awaitFree(Duration.ofMillis(20))).isGreaterThanOrEqualTo(Duration.ofMillis(20));
  }
}
