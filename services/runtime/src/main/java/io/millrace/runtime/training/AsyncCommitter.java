package io.millrace.runtime.training;

import io.millrace.runtime.lifecycle.RootCause;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits steps on a thread of its own, while the next one is learned: one at a time, in their
 * order. A step that does not commit takes with it all that was learned since. Used by one thread.
 */
final class AsyncCommitter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AsyncCommitter.class);

  /** A step on its way, and what is noted once it is committed. */
  private record PendingStep(Future<?> commit, Runnable committed) {}

  private final ExecutorService thread;
  private @Nullable PendingStep pending;

  /** Commits of the service of that name. */
  AsyncCommitter(String service) {
    this.thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name(service + "-commit").factory());
  }

  /**
   * Sends a step on its way, once the one before is committed.
   *
   * @param commit what commits it
   * @param committed is called by the caller's thread when it is
   * @throws KafkaException if the one before did not commit
   */
  void submit(Runnable commit, Runnable committed) {
    await();
    pending = new PendingStep(thread.submit(commit), committed);
  }

  /**
   * Notes a step that has committed by now; does not wait.
   *
   * @throws KafkaException if it did not commit
   */
  void pollCompleted() {
    if (pending != null && pending.commit().isDone()) {
      await();
    }
  }

  private void await() {
    PendingStep step = pending;
    if (step == null) {
      return;
    }
    pending = null;
    try {
      step.commit().get();
      step.committed().run();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("a step did not commit", e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /** Waits for the step that is on its way, and ends. */
  @Override
  public void close() {
    try {
      await();
    } catch (RuntimeException e) {
      LOG.warn("the last step did not commit and is done again: {}", RootCause.message(e));
    } finally {
      thread.shutdownNow();
    }
  }
}
