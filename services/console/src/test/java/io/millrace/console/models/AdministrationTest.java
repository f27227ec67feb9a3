package io.millrace.console.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.http.HttpResponse;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.testing.Await;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class AdministrationTest {

  @Test
  void whatTakesLongGoesOnAndIsNotTakenTwice() {
    var end = new CountDownLatch(1);
    try (var administration = new Administration(Duration.ofMillis(10))) {
      var later =
          (HttpResponse.Deferred<?>) administration.run("it", "GET /there", () -> done(end));

      assertThatThrownBy(() -> later.result().toCompletableFuture().join())
          .isInstanceOf(CompletionException.class)
          .cause()
          .hasMessageContaining("it is not done")
          .hasMessageContaining("goes on; GET /there shows its result");
      assertThatThrownBy(() -> administration.run("it", "GET /there", () -> "{}"))
          .isInstanceOfSatisfying(
              HttpStatusException.class, it -> assertThat(it.status()).isEqualTo(409))
          .hasMessageContaining("it is under way already");

      end.countDown();
      Await.until("its end", () -> isTaken(administration));
    }
  }

  private static String done(CountDownLatch end) {
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return "{}";
  }

  private static boolean isTaken(Administration administration) {
    try {
      administration.run("it", "GET /there", () -> "{}");
      return true;
    } catch (HttpStatusException e) {
      return false;
    }
  }
}
