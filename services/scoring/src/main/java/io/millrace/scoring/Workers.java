package io.millrace.scoring;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/** Threads over which the files of a batch are spread. */
final class Workers implements AutoCloseable {

  private final int threads;
  private final ExecutorService pool;

  /**
   * Workers that start with the first work.
   *
   * @param threads at least 1; with one, the caller does the work
   */
  Workers(int threads) {
    this.threads = threads;
    this.pool =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("scoring-files-", 0).factory());
  }

  /**
   * Applies a function to every item.
   *
   * @param function safe for several threads
   * @return the results in the order of the items
   * @throws InterruptException if the thread was interrupted while it waited
   */
  <T, R> List<R> map(List<T> items, Function<T, R> function) {
    if (threads == 1 || items.size() == 1) {
      return items.stream().map(function).toList();
    }
    try {
      List<Future<R>> futures =
          pool.invokeAll(items.stream().<Callable<R>>map(i -> () -> function.apply(i)).toList());
      List<R> results = new ArrayList<>(items.size());
      for (Future<R> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  private static RuntimeException failure(@Nullable Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
