package io.millrace.console.models;

import io.millrace.runtime.administration.RefusedException;
import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpStatusException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;

/**
 * Does what people ask for one after the other, on a thread that is there while it is needed: a
 * decision takes a transaction, and the replay of a dead letter reads its topic. Few may wait.
 */
public final class Administration implements AutoCloseable {

  private static final int WAITING = 8;

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
    thread.allowCoreThreadTimeOut(true);
  }

  /**
   * What is answered once it is done: status 409 and the reason if it cannot be done, 503 if Kafka
   * does not answer.
   *
   * @throws HttpStatusException 503 if too many wait
   */
  public HttpResponse run(Supplier<String> task) {
    var answer = new CompletableFuture<HttpResponse>();
    try {
      thread.execute(() -> {
        try {
          answer.complete(HttpResponse.json(task.get()));
        } catch (RefusedException e) {
          answer.completeExceptionally(
              HttpStatusException.conflict(String.valueOf(e.getMessage())));
        } catch (KafkaException e) {
          answer.completeExceptionally(
              HttpStatusException.unavailable(
                  "Kafka did not do it: %s; look at what is in force and try again"
                      .formatted(e.getMessage())));
        } catch (RuntimeException | Error e) {
          answer.completeExceptionally(e);
        }
      });
    } catch (RejectedExecutionException e) {
      throw HttpStatusException.unavailable(
          "%d decisions and replays wait already; try again later".formatted(WAITING));
    }
    return HttpResponse.later(answer);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
