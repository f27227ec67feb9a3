package io.millrace.runtime.lifecycle;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.InterruptException;

/** Does at the same time what is done for each of several services, and mostly waits. */
public final class Parallel {

  private Parallel() {}

  /**
   * Does something with each value, and returns when all have ended. Each call has a thread of its
   * own.
   *
   * @throws RuntimeException what the first call that failed has thrown, when all have ended; the
   *     failures of others are suppressed in it
   */
  public static <V> void forEach(List<V> values, Consumer<V> action) {
    Throwable failure = null;
    try (var threads =
        Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().daemon().name("start-", 0).factory())) {
      List<? extends Future<?>> begun =
          values.stream().map(value -> threads.submit(() -> action.accept(value))).toList();
      for (Future<?> one : begun) {
        try {
          one.get();
        } catch (ExecutionException e) {
          if (failure == null) {
            failure = e.getCause();
          } else {
            failure.addSuppressed(e.getCause());
          }
        } catch (InterruptedException e) {
          throw new InterruptException(e);
        }
      }
    }
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }
}
