package io.millrace.runtime.http;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Answers requests on threads of its own, a bounded number at a time. They compute: on the server's
 * virtual threads, which are not interrupted by the scheduler, many of them would keep health and
 * metrics waiting.
 */
public final class RequestExecutor implements AutoCloseable {

  private static final int WAITING_PER_THREAD = 16;

  private final ThreadPoolExecutor threads;
  private final Duration longest;

  /**
   * Starts no thread before it is needed.
   *
   * @param threads how many requests are answered at the same time
   * @param longest how long a request waits for its answer
   */
  public RequestExecutor(int threads, Duration longest) {
    this.longest = longest;
    this.threads =
        new ThreadPoolExecutor(
            threads,
            threads,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(threads * WAITING_PER_THREAD),
            Thread.ofPlatform().daemon().name("http-request-", 0).factory());
    this.threads.allowCoreThreadTimeOut(true);
  }

  /**
   * The answer to a request.
   *
   * @throws HttpStatusException 503 if too many wait, or it takes too long
   */
  public <T> T answer(Callable<T> request) throws Exception {
    Future<T> answer;
    try {
      answer = threads.submit(request);
    } catch (RejectedExecutionException e) {
      throw HttpStatusException.unavailable("too many requests wait already; try again later");
    }
    try {
      return answer.get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } catch (TimeoutException e) {
      // Not interrupted: that would close the index's files. If it has not begun, it never will.
      answer.cancel(false);
      throw HttpStatusException.unavailable(
          "there is no answer within " + longest.toSeconds() + " s; ask for less, or later");
    }
  }

  /** How long a request waits for its answer. */
  Duration longest() {
    return longest;
  }

  /** Ends without waiting. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
