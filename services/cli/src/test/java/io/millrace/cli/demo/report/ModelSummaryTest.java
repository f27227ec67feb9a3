package io.millrace.cli.demo.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.demo.data.Mail;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.avro.DocumentVector;
import io.millrace.schemas.avro.Source;
import io.millrace.schemas.avro.WordVector;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ModelSummaryTest {

  private static final Mail MAIL =
      new Mail("m", "2002-09-01T00:00:00Z", "ham", "Alsa\nthe drivers");

  private final TestKafka kafka = new TestKafka();

  @AfterEach
  void end() {
    kafka.close();
  }

  @Test
  void theStrongestTermsAreThoseThatTellSomething() {
    kafka.send(
        kafka.topics().documentVectors(),
        "m",
        new DocumentVector(
            List.of("7.3", "alsa", "kernel", "the"),
            List.of(0.8, 0.5, 0.6, 0.9),
            3L,
            "scikit-learn",
            false,
            false,
            "ham",
            new Source("documents", 0, 0L)));

    assertThat(summary().strongestTerms(MAIL).terms())
        .extracting(DemoSummary.Term::term)
        .containsExactly("kernel", "alsa");
  }

  @Test
  void nearestWordsAreFrequentEnoughAndTellSomething() {
    word("linux", 900, 1, 0);
    word("redhat", 90, 0.9f, 0.1f);
    word("kate", 29, 1, 0);
    word("the", 9_000, 1, 0);
    word("7.3", 90, 1, 0);
    word("credit", 20, 0, 1);

    assertThat(summary().words().nearest()).containsExactly(Map.entry("linux", List.of("redhat")));
  }

  private ModelSummary summary() {
    return ModelSummary.read(kafka.settings(Map.of()));
  }

  private void word(String word, long count, float... vector) {
    kafka.send(
        kafka.topics().wordVectors(),
        word,
        new WordVector(List.of(vector[0], vector[1]), count, 1L));
  }
}
