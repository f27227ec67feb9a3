package io.millrace.learning.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class WorkerPoolTest {

  private final WorkerPool pool = new WorkerPool("test", 3);

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void everyItemIsProcessedOnce() {
    var done = new AtomicIntegerArray(1_001);

    pool.forEachChunk(
        done.length(),
        4,
        (worker, from, to) -> {
          for (int item = from; item < to; item++) {
            done.incrementAndGet(item);
          }
        });

    for (int item = 0; item < done.length(); item++) {
      assertThat(done.get(item)).isEqualTo(1);
    }
  }

  @Test
  void oneThreadProcessesTheChunksInTheirOrder() {
    List<Integer> starts = new ArrayList<>();
    try (var one = new WorkerPool("test", 1)) {
      one.forEachChunk(10, 4, (worker, from, to) -> starts.add(from));
    }

    assertThat(starts).containsExactly(0, 4, 8);
  }

  @Test
  void failsAsTheTaskFailed() {
    assertThatThrownBy(() ->
            pool.forEachChunk(
                100,
                4,
                (worker, from, to) -> {
                  throw new IllegalArgumentException("chunk " + from);
                }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("chunk ");
  }

  @Test
  void anInterruptIsKeptForTheCallerAndAllItemsAreProcessed() {
    var done = new AtomicInteger();
    Thread.currentThread().interrupt();

    pool.forEachChunk(100, 1, (worker, from, to) -> done.incrementAndGet());

    assertThat(Thread.interrupted()).isTrue();
    assertThat(done.get()).isEqualTo(100);
  }

  @Test
  void chunksAreEvenWithinTheirLimits() {
    assertThat(pool.chunkSize(1_200, 8, 512)).isEqualTo(100);
    assertThat(pool.chunkSize(12, 8, 512)).isEqualTo(8);
    assertThat(pool.chunkSize(100_000, 8, 512)).isEqualTo(512);
  }

  @Test
  void needsAThread() {
    assertThatIllegalArgumentException().isThrownBy(() -> new WorkerPool("test", 0));
  }
}
