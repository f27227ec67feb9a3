package io.millrace.search.nearest;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.runtime.testing.Await;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service must learn that its graphs grow old. */
final class HnswUpdaterTest {

  @Test
  void theErrorThatEndedTheThreadIsTold(@TempDir Path folder) {
    try (var updater = new HnswUpdater(Duration.ofMillis(1))) {
      assertThatCode(updater::requireAlive).doesNotThrowAnyException();
      updater.register(
          new HnswNearestNeighbours(folder.resolve("graph"), 1, 1 << 20),
          () -> {
            throw new StackOverflowError("too deep");
          });

      updater.start();

      Await.until("the error", () -> catchThrowable(updater::requireAlive) != null);
      Assertions.assertThat(catchThrowable(updater::requireAlive))
          .hasRootCauseInstanceOf(StackOverflowError.class);
    }
  }
}
