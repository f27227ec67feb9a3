package io.millrace.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.lifecycle.Service.Health;
import io.millrace.runtime.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AccompaniedServiceTest {

  private static final Duration WITHIN = Duration.ofSeconds(10);

  private final CountDownLatch end = new CountDownLatch(1);
  private final AtomicInteger restarts = new AtomicInteger();
  private final List<LoopService> companions = new CopyOnWriteArrayList<>();
  private final LoopService main = new LoopService("main", this::runUntilStopped);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @AfterEach
  void release() {
    end.countDown();
  }

  @Test
  void aCompanionThatFailsIsMadeAnewAndTheServiceGoesOn() {
    var service = accompanied();
    service.bindTo(meters);
    service.start();
    Await.until("the third companion", () -> companions.size() == 3);
    Await.until("the third runs", () -> companions.getLast().health() == Health.READY);

    assertThat(service.health()).isEqualTo(Health.READY);
    assertThat(service.failure()).isEmpty();
    assertThat(restarts).hasValue(2);
    assertThat(meters.get("of.all").counter().count()).isEqualTo(1);
    assertThat(meters.get("of.companion").counters()).isNotEmpty();

    service.close(WITHIN);

    assertThat(service.health()).isEqualTo(Health.STOPPED);
    Await.until("the companion stops", () -> companions.getLast().health() == Health.STOPPED);
    assertThat(companions).hasSize(3);
    assertThat(restarts).hasValue(2);
  }

  @Test
  void aServiceThatFailsHasFailedWhateverItsCompanionDoes() {
    var failing =
        new LoopService(
            "main",
            _ -> {
              throw new IllegalStateException("the disk is full");
            });
    var service =
        new AccompaniedService(
            failing, () -> new LoopService("beside", this::runUntilStopped), () -> {}, _ -> {});

    service.start();
    Await.until("failure", () -> service.health() == Health.FAILED);

    assertThat(service.failure()).contains("the disk is full");
    service.close(WITHIN);
  }

  @Test
  void aCompanionThatCannotStartIsClosed() {
    var closed = new CountDownLatch(1);
    var service = new AccompaniedService(main, () -> new Unstartable(closed), () -> {}, _ -> {});

    service.start();

    Await.until("the companion is closed", () -> closed.getCount() == 0);
    assertThat(service.health()).isNotEqualTo(Health.FAILED);
    service.close(WITHIN);
  }

  @Test
  void anErrorOfTheJvmIsTheServicesOwn() {
    var service =
        new AccompaniedService(
            main,
            () -> {
              throw new OutOfMemoryError("Java heap space");
            },
            restarts::incrementAndGet,
            _ -> {});

    service.start();
    Await.until("failure", () -> service.health() == Health.FAILED);

    assertThat(service.failure()).contains("Java heap space");
    assertThat(restarts).hasValue(0);
    service.close(WITHIN);
  }

  /** A companion that fails at its start, and again when it is closed. */
  private record Unstartable(CountDownLatch closed) implements Service {

    @Override
    public String name() {
      return "beside";
    }

    @Override
    public void bindTo(MeterRegistry registry) {}

    @Override
    public void start() {
      throw new IllegalStateException("no thread");
    }

    @Override
    public Health health() {
      return Health.STARTING;
    }

    @Override
    public String failure() {
      return "";
    }

    @Override
    public void close(Duration timeout) {
      closed.countDown();
      throw new IllegalStateException("not started");
    }
  }

  /** The first cannot be made, the second fails, the third runs. */
  private AccompaniedService accompanied() {
    return new AccompaniedService(
        main,
        () -> {
          int number = companions.size();
          var made =
              new LoopService(
                  "beside",
                  loop -> {
                    Counter.builder("of.companion").register(loop.meters());
                    if (number == 1) {
                      throw new IllegalStateException("no right to the group");
                    }
                    runUntilStopped(loop);
                  });
          companions.add(made);
          if (number == 0) {
            throw new UnsatisfiedLinkError("no jnind4jcpu");
          }
          return made;
        },
        restarts::incrementAndGet,
        registry -> Counter.builder("of.all").register(registry).increment());
  }

  private void runUntilStopped(LoopService loop) {
    loop.setReady(true);
    loop.setWakeup(end::countDown);
    while (!loop.stopping()) {
      try {
        end.await();
      } catch (InterruptedException e) {
        return;
      }
    }
  }
}
