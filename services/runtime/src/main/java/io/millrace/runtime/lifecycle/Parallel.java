package io.millrace.runtime.lifecycle;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.kafka.common.errors.InterruptException;

/** Does at the same time what is done for each of several services, and mostly waits. */
public final class Parallel {

  private Parallel() {}

  /**
   * The results of a function, in the order of the values. Each call has a thread of its own.
   *
   * @throws RuntimeException what the first call that failed has thrown, when all have ended; the
   *     failures of others are suppressed in it
   */
  public static <V, R> List<R> map(List<V> values, Function<V, R> function) {
    List<R> results = new ArrayList<>();
    Throwable failure = null;
    try (var threads =
        Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().daemon().name("start-", 0).factory())) {
      List<Future<R>> begun =
          values.stream().map(value -> threads.submit(() -> function.apply(value))).toList();
      for (Future<R> one : begun) {
        try {
          results.add(one.get());
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
    return results;
  }
}
