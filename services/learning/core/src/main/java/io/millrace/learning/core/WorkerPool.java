package io.millrace.learning.core;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Threads that share the items of a batch in chunks: a thread that has finished its chunk takes the
 * next one. The calling thread is worker 0, so a single chunk costs no change of threads, and a
 * pool of one thread processes all items in their order. Threads start with the first work that
 * needs them and are daemons. For one caller at a time.
 */
public final class WorkerPool implements AutoCloseable {

  /** Chunks for each thread: a thread that gets less of its core leaves chunks to the others. */
  private static final int CHUNKS_PER_THREAD = 4;

  private final int threads;
  private final ExecutorService helpers;

  /** Processes the items of one chunk. */
  public interface ChunkTask {

    /**
     * Processes items {@code from} (inclusive) to {@code to} (exclusive).
     *
     * @param worker the number of the worker, from 0 to below the number of threads; at any time
     *     one thread has it
     */
    void process(int worker, int from, int to);
  }

  /**
   * A pool without running threads.
   *
   * @param name what the names of its threads begin with
   * @param threads the number of workers, the caller included, at least 1
   */
  public WorkerPool(String name, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be >= 1, was " + threads);
    }
    this.threads = threads;
    this.helpers =
        Executors.newFixedThreadPool(
            Math.max(1, threads - 1), Thread.ofPlatform().daemon().name(name + "-", 1).factory());
  }

  /** The size of chunks that gives every thread four of them, held within limits. */
  public int chunkSize(int items, int least, int most) {
    int even = Math.ceilDiv(items, threads * CHUNKS_PER_THREAD);
    return Math.min(most, Math.max(least, even));
  }

  /**
   * Processes items 0 to below {@code items}. Returns when all are done; what the workers wrote is
   * visible to the caller. After a failure, too, it returns only when no worker runs any more. An
   * interrupt does not end the wait, it is kept for the caller.
   *
   * @param chunkSize the items of a chunk, at least 1; the last one may have fewer
   * @throws RuntimeException or an error, the task's own, if it fails
   */
  public void forEachChunk(int items, int chunkSize, ChunkTask task) {
    int chunks = Math.ceilDiv(items, chunkSize);
    var next = new AtomicInteger();
    List<Future<?>> running = new ArrayList<>();
    for (int worker = 1; worker < Math.min(threads, chunks); worker++) {
      int number = worker;
      running.add(helpers.submit(() -> processChunks(number, next, chunkSize, items, task)));
    }
    try {
      processChunks(0, next, chunkSize, items, task);
    } finally {
      awaitAll(running);
    }
  }

  private static void processChunks(
      int worker, AtomicInteger next, int chunkSize, int items, ChunkTask task) {
    int from = next.getAndAdd(chunkSize);
    while (from < items) {
      task.process(worker, from, Math.min(items, from + chunkSize));
      from = next.getAndAdd(chunkSize);
    }
  }

  private static void awaitAll(List<Future<?>> running) {
    @Nullable Throwable failure = null;
    for (Future<?> one : running) {
      Throwable itsFailure = await(one);
      failure = failure == null ? itsFailure : failure;
    }
    switch (failure) {
      case null -> {}
      case Error error -> throw error;
      case RuntimeException exception -> throw exception;
      default -> throw new IllegalStateException("a worker thread failed", failure);
    }
  }

  /** Waits without an end; returns how the work failed, or null. */
  private static @Nullable Throwable await(Future<?> work) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          work.get();
          return null;
        } catch (InterruptedException _) {
          interrupted = true;
        } catch (ExecutionException e) {
          return e.getCause();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Ends the threads. */
  @Override
  public void close() {
    helpers.close();
  }
}
