package io.millrace.learning.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

final class WorkersTest {

  @Test
  void everyTaskIsDoneOnce() {
    var done = new AtomicIntegerArray(1_001);
    try (var workers = new Workers(3)) {
      workers.forEach(1_001, (worker, task) -> done.incrementAndGet(task));
    }

    for (int task = 0; task < done.length(); task++) {
      assertThat(done.get(task)).isEqualTo(1);
    }
  }

  @Test
  void tellsThatATaskHasFailed() {
    try (var workers = new Workers(2)) {
      assertThatThrownBy(() ->
              workers.forEach(
                  100,
                  (worker, task) -> {
                    throw new IllegalArgumentException("task " + task);
                  }))
          .isInstanceOf(RuntimeException.class);
    }
  }
}
