package io.millrace.cli.demo.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class FeedThrottleTest {

  private final AtomicLong processed = new AtomicLong();
  private final AtomicLong asked = new AtomicLong();

  @Test
  void asksOnlyWhenTheLastAnswerDoesNotSuffice() throws InterruptedException {
    var throttle = new FeedThrottle(this::answer, 10, () -> 0, 10);
    processed.set(5);

    for (int sent = 0; sent < 15; sent++) {
      throttle.awaitImage(sent);
    }

    assertThat(asked).hasValue(1);
  }

  @Test
  void waitsUntilEnoughIsProcessed() throws InterruptedException {
    var throttle =
        new FeedThrottle(
            () -> {
              answer();
              return processed.getAndAdd(2);
            },
            10,
            () -> 0,
            10);

    throttle.awaitImage(15);

    assertThat(asked).hasValue(4);
  }

  private long answer() {
    asked.incrementAndGet();
    return processed.get();
  }
}
