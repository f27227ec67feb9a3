package io.millrace.runtime.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.testing.Await;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class PeriodicTaskTest {

  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  @Test
  void goesOnAfterExceptionsAndErrorsAndCountsThem() {
    PeriodicTask.bindTo(meters);
    double before = failures();
    var runs = new AtomicInteger();

    PeriodicTask.schedule(
        executor,
        PeriodicTask.Kind.TOPIC_IDS,
        Duration.ofMillis(1),
        () -> {
          switch (runs.incrementAndGet()) {
            case 1 -> throw new IllegalStateException("a run fails");
            case 2 -> throw new StackOverflowError();
            default -> {}
          }
        });

    Await.until("further runs", () -> runs.get() > 3);
    assertThat(failures() - before).isEqualTo(2);
  }

  private double failures() {
    return meters
        .get("millrace.periodic.task.failures")
        .tag("task", "topic-ids")
        .functionCounter()
        .count();
  }
}
