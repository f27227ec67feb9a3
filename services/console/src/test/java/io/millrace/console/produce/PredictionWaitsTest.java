package io.millrace.console.produce;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.console.live.Predicted;
import io.millrace.console.live.Reconstructed;
import io.millrace.runtime.http.HttpStatusException;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Source;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

final class PredictionWaitsTest {

  private final Queue<Runnable> afterGrace = new ArrayDeque<>();
  private final PredictionWaits waits = new PredictionWaits(2, afterGrace::add);

  @Test
  void aPredictionThatComesBeforeTheAcknowledgementIsFound() {
    var ticket = waits.register(Subject.image("a"));
    waits.predicted(prediction("image/a", 6));
    waits.predicted(prediction("image/a", 7));
    waits.reconstructed(reconstruction("a", 7));

    var answer = ticket.sentTo("images", 0, 7);

    assertThat(answer).isDone();
    assertThat(answer.join().predicted().prediction().getSource().getOffset()).isEqualTo(7);
    assertThat(answer.join().reconstructed()).isPresent();
  }

  @Test
  void theAnswerToAnOlderRecordOfTheSameImageIsNotTaken() {
    var ticket = waits.register(Subject.image("a"));
    var answer = ticket.sentTo("images", 0, 7);

    waits.predicted(prediction("image/a", 6));
    waits.reconstructed(reconstruction("a", 6));
    afterGrace.forEach(Runnable::run);

    assertThat(answer).isNotDone();
  }

  @Test
  void aReconstructionThatDoesNotComeIsNotWaitedForLong() {
    var ticket = waits.register(Subject.image("a"));
    var answer = ticket.sentTo("images", 0, 7);

    waits.predicted(prediction("image/a", 7));
    assertThat(answer).isNotDone();
    afterGrace.forEach(Runnable::run);

    assertThat(answer.join().reconstructed()).isEmpty();
  }

  @Test
  void aReconstructionMayComeFirst() {
    var ticket = waits.register(Subject.image("a"));
    var answer = ticket.sentTo("images", 0, 7);

    waits.reconstructed(reconstruction("a", 7));
    waits.predicted(prediction("image/a", 7));

    assertThat(answer.join().reconstructed()).isPresent();
  }

  @Test
  void oneRequestTooManyIsRefusedUntilAnotherEnds() {
    waits.register(Subject.image("a"));
    var second = waits.register(Subject.image("a"));

    assertThatThrownBy(() -> waits.register(Subject.image("b")))
        .isInstanceOf(HttpStatusException.class)
        .hasMessageContaining("console.wait.requests");

    second.close();
    second.close();
    assertThat(waits.waiting()).isEqualTo(1);
    waits.register(Subject.image("b"));
  }

  private static Predicted prediction(String subject, long offset) {
    return new Predicted(
        new Prediction(
            subject,
            "cat",
            1.0,
            List.of(),
            "vision",
            1L,
            0.1,
            null,
            new Source("images", 0, offset),
            null,
            null),
        0);
  }

  private static Reconstructed reconstruction(String id, long offset) {
    return new Reconstructed(
        id, "images-0-" + offset + "/reconstruction", "vision", 1, "png".getBytes(UTF_8));
  }
}
