package io.millrace.console.models;

import io.millrace.runtime.administration.RefusedException;
import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpStatusException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what people ask for one after the other, on a thread that is there while it is needed: a
 * decision takes a transaction, and the replay of a dead letter reads its topic. Few may wait, and
 * none twice. What takes long goes on after its request was answered.
 */
public final class Administration implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Administration.class);
  private static final int WAITING = 8;

  /** Less than the server waits for an answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(25);

  private final Duration patience;
  private final Set<String> underWay = ConcurrentHashMap.newKeySet();

  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          10,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          Thread.ofPlatform().daemon().name("console-administration").factory());

  /** Nothing is done yet. */
  public Administration() {
    this(PATIENCE);
  }

  /**
   * The same with another patience, for tests.
   *
   * @param patience how long a request waits for its answer
   */
  Administration(Duration patience) {
    this.patience = patience;
    thread.allowCoreThreadTimeOut(true);
  }

  /**
   * What is answered once it is done: status 409 and the reason if it cannot be done, 503 if Kafka
   * does not answer, 504 if it is not done in time: it goes on then.
   *
   * @param what is asked for, with all that it depends on: the same is not taken twice
   * @param seen where its result is seen: {@code GET /v1/dead-letters}
   * @throws HttpStatusException 503 if too many wait, 409 if the same is under way
   */
  public HttpResponse run(String what, String seen, Supplier<String> task) {
    if (!underWay.add(what)) {
      throw HttpStatusException.conflict(
          "%s is under way already; %s shows its result".formatted(what, seen));
    }
    var answer = new CompletableFuture<HttpResponse>();
    try {
      thread.execute(() -> {
        try {
          answer.complete(HttpResponse.json(once(what, task)));
        } catch (RefusedException e) {
          fail(answer, what, HttpStatusException.conflict(String.valueOf(e.getMessage())));
        } catch (KafkaException e) {
          fail(
              answer,
              what,
              HttpStatusException.unavailable(
                  "Kafka did not do it: %s; look at what is in force and try again"
                      .formatted(e.getMessage())));
        } catch (RuntimeException | Error e) {
          fail(answer, what, e);
        }
      });
    } catch (RejectedExecutionException e) {
      underWay.remove(what);
      throw HttpStatusException.unavailable(
          "%d decisions and replays wait already; try again later".formatted(WAITING));
    }
    CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS)
        .execute(() ->
            answer.completeExceptionally(
                HttpStatusException.timedOut(
                    "%s is not done within %d s and goes on; %s shows its result"
                        .formatted(what, patience.toSeconds(), seen))));
    return HttpResponse.later(answer);
  }

  /** Whoever has the answer may ask for the same again. */
  private String once(String what, Supplier<String> task) {
    try {
      return task.get();
    } finally {
      underWay.remove(what);
    }
  }

  private static void fail(CompletableFuture<HttpResponse> answer, String what, Throwable problem) {
    if (!answer.completeExceptionally(problem)) {
      LOG.warn("{} has failed after its request was answered", what, problem);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
