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
 * Commits steps on a thread of its own while the next one is learned: one at a time, in their
 * order. If a step does not commit, all that was learned since is lost with it and learned again.
 * Used by one thread.
 */
final class AsyncCommitter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AsyncCommitter.class);

  /** A step that is being committed, and what to do when it is. */
  private record PendingStep(Future<?> commit, Runnable committed) {}

  private final ExecutorService thread;
  private @Nullable PendingStep pending;

  /** A committer whose thread is named after the service. */
  AsyncCommitter(String service) {
    this.thread =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name(service + "-commit").factory());
  }

  /**
   * Begins to commit a step, after waiting for the step before.
   *
   * @param commit commits the step; runs on the committer's thread
   * @param committed runs on the caller's thread when the step is committed
   * @throws KafkaException if the step before did not commit
   */
  void submit(Runnable commit, Runnable committed) {
    await();
    pending = new PendingStep(thread.submit(commit), committed);
  }

  /**
   * Completes a step that is committed by now; does not wait.
   *
   * @throws KafkaException if the step did not commit
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
      throw new IllegalStateException("the step did not commit", e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  /** Ends a commit that waits, from another thread: closing its producer alone does not. */
  void interrupt() {
    thread.shutdownNow();
  }

  /** Waits for the step that is being committed, and ends the thread. */
  @Override
  public void close() {
    try {
      await();
    } catch (RuntimeException e) {
      LOG.warn(
          "the last step did not commit; the next session repeats it: {}", RootCause.message(e));
    } finally {
      thread.shutdownNow();
    }
  }
}
