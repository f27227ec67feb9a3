package io.millrace.scoring;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Threads over which a batch is spread in chunks; who is done takes the next. The caller works too,
 * so that one chunk costs no change of threads.
 */
final class ChunkedWorkerPool implements AutoCloseable {

  /** The least that is worth another thread's waking up. */
  private static final int LEAST_CHUNK = 8;

  /** Chunks for each thread: what other processes take of one core, another makes up for. */
  private static final int CHUNKS_A_THREAD = 4;

  private final int threads;
  private final int longest;
  private final ExecutorService pool;

  /** What is done with the items of a chunk. */
  interface Work {

    /**
     * Works on items.
     *
     * @param worker its number, below the number of threads; used by one thread at a time
     * @param from the first item
     * @param to the item after the last
     */
    void on(int worker, int from, int to);
  }

  /**
   * Workers that start with the first work.
   *
   * @param threads at least 1; with one, the caller does the work
   * @param longest the most items of a chunk, at least 1
   */
  ChunkedWorkerPool(int threads, int longest) {
    this.threads = threads;
    this.longest = longest;
    this.pool =
        Executors.newFixedThreadPool(
            Math.max(1, threads - 1),
            Thread.ofPlatform().daemon().name("scoring-worker-", 1).factory());
  }

  /**
   * Does work on all items; what was done happens before the return.
   *
   * @throws InterruptException if the thread was interrupted while it waited
   */
  void each(int items, Work work) {
    int even = Math.ceilDiv(items, threads * CHUNKS_A_THREAD);
    int chunk = Math.min(longest, Math.max(LEAST_CHUNK, even));
    int chunks = Math.ceilDiv(items, chunk);
    var next = new AtomicInteger();
    List<Future<?>> others = new ArrayList<>();
    for (int worker = 1; worker < Math.min(threads, chunks); worker++) {
      int number = worker;
      others.add(pool.submit(() -> chunks(number, next, chunk, items, work)));
    }
    try {
      chunks(0, next, chunk, items, work);
    } finally {
      // Also after a failure: nothing may go on with what others still use.
      awaitAll(others);
    }
  }

  private static void chunks(int worker, AtomicInteger next, int chunk, int items, Work work) {
    int from = next.getAndAdd(chunk);
    while (from < items) {
      work.on(worker, from, Math.min(items, from + chunk));
      from = next.getAndAdd(chunk);
    }
  }

  private static void awaitAll(List<Future<?>> begun) {
    @Nullable Throwable failure = null;
    for (Future<?> one : begun) {
      try {
        one.get();
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      } catch (ExecutionException e) {
        failure = e.getCause();
      }
    }
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw failure instanceof RuntimeException e ? e : new IllegalStateException(failure);
    }
  }

  @Override
  public void close() {
    pool.shutdownNow();
  }
}
