package io.millrace.cli.demo.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.demo.data.DemoFeed;
import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.NoLabelReason;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Source;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PredictionCounterTest {

  private final PredictionCounter ledger =
      new PredictionCounter(Subject.Kind.IMAGE, id -> !id.startsWith("drawn-"), 4);

  @Test
  void countsAPredictionThatCameTwice() {
    ledger.accept(prediction("image/a", "1", null, 3));
    ledger.accept(prediction("image/b", "1", null, 3));
    ledger.accept(prediction("image/a", "1", null, 4));

    assertThat(ledger.count()).isEqualTo(3);
    assertThat(ledger.repeated()).isEqualTo(1);
    assertThat(ledger.versions()).isEqualTo(2);
  }

  @Test
  void keepsTheFirstAnswerToWhatHadNoLabel() {
    ledger.accept(prediction("image/a", "1", null, 3));
    ledger.accept(prediction("image/a", "2", null, 4));
    ledger.accept(prediction("image/b", "1", "1", 4));
    ledger.accept(prediction("image/c", null, null, 4));

    assertThat(ledger.unlabelled()).isEqualTo(2);
    assertThat(ledger.answers().get("a"))
        .isEqualTo(new PredictionCounter.Answer(Optional.of("1"), 3, 0.25));
    assertThat(ledger.answers().get("c").label()).isEmpty();
  }

  @Test
  void whatOthersSendMeanwhileCountsApart() {
    ledger.accept(prediction("image/a", "1", "1", 1));
    ledger.accept(prediction("image/drawn-5", "5", null, 1));
    ledger.accept(prediction("image/drawn-5", "5", null, 2));

    assertThat(ledger.count()).isEqualTo(1);
    assertThat(ledger.repeated()).isZero();
    assertThat(ledger.unlabelled()).isZero();
    assertThat(ledger.others()).isEqualTo(1);
    assertThat(ledger.versions()).isEqualTo(1);
  }

  @Test
  void knowsItsOwnRecords() {
    assertThat(List.of("train-00017", "held-out-00003")).allMatch(DemoFeed::isImage);
    assertThat(List.of("easy-ham-1/00126", "spam-2/01177")).allMatch(DemoFeed::isMail);
    assertThat(List.of("ask-1", "seven", "train-1"))
        .noneMatch(DemoFeed::isImage)
        .noneMatch(DemoFeed::isMail);
  }

  @Test
  void passesByWhatIsOfAnotherKind() {
    ledger.accept(prediction("document/a", "spam", "spam", 1));

    assertThat(ledger.count()).isZero();
  }

  @Test
  void drawsTheAccuracyOfTheLastFew() {
    for (String label : List.of("1", "1", "1", "1", "0", "0")) {
      ledger.accept(prediction("image/" + ledger.count(), label, "1", 1));
    }

    assertThat(ledger.curve())
        .containsExactly(
            new AccuracyPoint(1, 1),
            new AccuracyPoint(2, 1),
            new AccuracyPoint(3, 1),
            new AccuracyPoint(4, 1),
            new AccuracyPoint(5, 0.75),
            new AccuracyPoint(6, 0.5));
  }

  @Test
  void anAnswerWithoutALabelIsNoErrorInTheCurve() {
    for (int i = 0; i < 10; i++) {
      ledger.accept(prediction("image/none-" + i, null, "1", 0));
    }
    ledger.accept(prediction("image/a", "1", "1", 1));

    assertThat(ledger.curve()).containsExactly(new AccuracyPoint(11, 1));
    assertThat(ledger.count()).isEqualTo(11);
  }

  private static Prediction prediction(
      String subject, @Nullable String label, @Nullable String given, long version) {
    return new Prediction(
        subject,
        label,
        0.5,
        List.of(),
        "vision",
        version,
        0.25,
        given,
        new Source("images", 0, 0L),
        null,
        label == null ? NoLabelReason.NO_CLASS_YET : null);
  }
}
