package io.millrace.console.inference;

import io.millrace.runtime.http.HttpStatusException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Requests that wait for a version of a model, and the thread that answers them: all that wait, up
 * to a bound, together. A request never waits for others to come: what comes while a batch is
 * answered is the next batch. Safe for several threads.
 *
 * @param <Q> what is asked
 * @param <A> what is answered
 */
final class BatchQueue<Q, A> implements AutoCloseable {

  /** Answers requests. Used by the queue's thread alone. */
  interface Answerer<Q, A> extends AutoCloseable {

    /** The answers, one to each request, in their order. */
    List<A> answer(List<Q> requests);

    /** Is called after the last. */
    @Override
    void close();
  }

  /** The images or texts of a request. */
  interface Rows<Q> {
    int of(Q request);
  }

  private final Answerer<Q, A> answerer;
  private final Rows<Q> rows;
  private final int maxBatch;
  private final int maxQueued;
  private final InferenceMetrics.ModelMetrics metrics;
  private final ArrayDeque<Waiting<Q, A>> queue = new ArrayDeque<>();
  private int queuedRows;
  private boolean isClosing;

  private record Waiting<Q, A>(Q request, int rows, CompletableFuture<A> answer) {}

  /**
   * A queue without requests; its thread starts at once.
   *
   * @param name of the thread
   * @param maxBatch images or texts of a batch; one request may have more
   * @param maxQueued images or texts that wait
   */
  BatchQueue(
      String name,
      Answerer<Q, A> answerer,
      Rows<Q> rows,
      int maxBatch,
      int maxQueued,
      InferenceMetrics.ModelMetrics metrics) {
    this.answerer = answerer;
    this.rows = rows;
    this.maxBatch = maxBatch;
    this.maxQueued = maxQueued;
    this.metrics = metrics;
    Thread.ofPlatform().daemon().name("console-" + name).start(this::run);
  }

  /**
   * Asks.
   *
   * @throws HttpStatusException 400 for a request of more than the bound, 503 if too many wait
   */
  CompletionStage<A> ask(Q request) {
    int asked = rows.of(request);
    if (asked > maxQueued) {
      throw HttpStatusException.badRequest(
          "a request may have %d images or texts (console.inference.queue.max), has %d"
              .formatted(maxQueued, asked));
    }
    var waiting = new Waiting<Q, A>(request, asked, new CompletableFuture<>());
    synchronized (this) {
      if (isClosing) {
        throw gone();
      }
      if (queuedRows + asked > maxQueued) {
        throw HttpStatusException.unavailable(
            "%d images or texts wait already (console.inference.queue.max); try again later"
                .formatted(queuedRows));
      }
      queue.add(waiting);
      queuedRows += asked;
      notifyAll();
    }
    return waiting.answer();
  }

  private static HttpStatusException gone() {
    return HttpStatusException.unavailable(
        "this version makes room for others (console.inference.versions.max); try again");
  }

  /** Images or texts that wait. */
  synchronized int queuedRows() {
    return queuedRows;
  }

  private void run() {
    try (answerer) {
      for (var batch = next(); !batch.isEmpty(); batch = next()) {
        answer(batch);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close();
      queue.forEach(it -> it.answer().completeExceptionally(gone()));
    }
  }

  /** Waits for requests; empty once closed and answered. */
  private synchronized List<Waiting<Q, A>> next() throws InterruptedException {
    while (queue.isEmpty() && !isClosing) {
      wait();
    }
    List<Waiting<Q, A>> batch = new ArrayList<>();
    int size = 0;
    while (!queue.isEmpty() && (batch.isEmpty() || size + queue.peek().rows() <= maxBatch)) {
      Waiting<Q, A> first = queue.remove();
      batch.add(first);
      size += first.rows();
    }
    queuedRows -= size;
    return batch;
  }

  private void answer(List<Waiting<Q, A>> batch) {
    try {
      List<A> answers = answerer.answer(batch.stream().map(Waiting::request).toList());
      metrics.answered(batch.stream().mapToInt(Waiting::rows).sum());
      for (int i = 0; i < batch.size(); i++) {
        batch.get(i).answer().complete(answers.get(i));
      }
    } catch (Throwable e) {
      // Whoever asks is told; an error of one batch must not end the thread of all others.
      batch.forEach(it -> it.answer().completeExceptionally(e));
    }
  }

  /** Takes no more requests; those that wait are still answered. Does not wait for them. */
  @Override
  public synchronized void close() {
    isClosing = true;
    notifyAll();
  }
}
