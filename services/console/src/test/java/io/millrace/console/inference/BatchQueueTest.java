package io.millrace.console.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.runtime.http.HttpStatusException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests that wait are answered together. */
final class BatchQueueTest {

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final List<List<Integer>> batches = Collections.synchronizedList(new ArrayList<>());
  private final BatchQueue<Integer, String> queue =
      new BatchQueue<>(
          "test",
          new Answerer(),
          rows -> rows,
          4,
          10,
          new InferenceMetrics.ModelMetrics(new SimpleMeterRegistry(), "test"));

  @AfterEach
  void close() throws Exception {
    goOn.countDown();
    queue.close();
    assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whatComesWhileABatchIsAnsweredIsTheNextUpToTheBound() throws Exception {
    var first = ask(1);
    begun.await();
    var waiting = List.of(ask(1), ask(2), ask(1), ask(1), ask(5));

    goOn.countDown();

    assertThat(first.get()).isEqualTo("1 of 1");
    assertThat(waiting.stream().map(CompletableFuture::join))
        .containsExactly("1 of 3", "2 of 3", "1 of 3", "1 of 1", "5 of 1");
    assertThat(batches).containsExactly(List.of(1), List.of(1, 2, 1), List.of(1), List.of(5));
  }

  @Test
  void moreThanTheBoundAreRefused() throws Exception {
    ask(1);
    begun.await();
    ask(10);

    assertThatThrownBy(() -> queue.ask(1)).hasMessageContaining("10 images or texts wait already");
    assertThatThrownBy(() -> queue.ask(11))
        .isInstanceOf(HttpStatusException.class)
        .hasMessageContaining("may have 10 images or texts");
  }

  @Test
  void aFailureIsThatOfItsBatchAlone() throws Exception {
    goOn.countDown();

    assertThatThrownBy(() -> ask(-1).get()).hasRootCauseMessage("negative");
    assertThat(ask(2).get()).isEqualTo("2 of 1");
  }

  @Test
  void aClosedQueueAnswersWhatWaitsAndTakesNoMore() throws Exception {
    ask(1);
    begun.await();
    var waiting = ask(2);

    queue.close();
    goOn.countDown();

    assertThat(waiting.get()).isEqualTo("2 of 1");
    assertThatThrownBy(() -> queue.ask(1)).hasMessageContaining("makes room");
  }

  private CompletableFuture<String> ask(int rows) {
    return queue.ask(rows).toCompletableFuture();
  }

  /** Waits in its first batch. */
  private final class Answerer implements BatchQueue.Answerer<Integer, String> {

    @Override
    public List<String> answer(List<Integer> requests) {
      batches.add(requests);
      begun.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      if (requests.contains(-1)) {
        throw new IllegalStateException("negative");
      }
      return requests.stream().map(it -> it + " of " + requests.size()).toList();
    }

    @Override
    public void close() {
      ended.countDown();
    }
  }
}
