package io.millrace.learning.embedding;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that live as long as a model. The calling thread is the first of them; with one there are
 * no others, and tasks are done in their order.
 */
final class Workers implements AutoCloseable {

  /** Does a task as a worker, both counted from 0. */
  interface Task {
    void run(int worker, int task);
  }

  /** Tasks that a worker takes at once. */
  private static final int TAKEN = 4;

  private final int count;
  private final ExecutorService others;

  Workers(int count) {
    this.count = count;
    this.others =
        Executors.newFixedThreadPool(
            Math.max(1, count - 1),
            Thread.ofPlatform().daemon().name("word-vectors-", 1).factory());
  }

  int count() {
    return count;
  }

  /** Does tasks 0 to below a number; all are done, and what they wrote is seen, at the end. */
  void forEach(int tasks, Task task) {
    var next = new AtomicInteger();
    List<Future<?>> helping = new ArrayList<>();
    for (int worker = 1; worker < count; worker++) {
      int self = worker;
      helping.add(others.submit(() -> work(self, next, tasks, task)));
    }
    try {
      work(0, next, tasks, task);
    } finally {
      helping.forEach(Workers::await);
    }
  }

  private static void work(int worker, AtomicInteger next, int tasks, Task task) {
    for (int from = next.getAndAdd(TAKEN); from < tasks; from = next.getAndAdd(TAKEN)) {
      for (int i = from; i < Math.min(tasks, from + TAKEN); i++) {
        task.run(worker, i);
      }
    }
  }

  /** Waits whatever happens: afterwards nobody may touch the tables any more. */
  private static void await(Future<?> future) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          future.get();
          return;
        } catch (InterruptedException _) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw new IllegalStateException("a thread that learns has failed", e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    others.close();
  }
}
