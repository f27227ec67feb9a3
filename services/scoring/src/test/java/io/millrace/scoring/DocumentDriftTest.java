package io.millrace.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.learning.classifier.TermVector;
import io.millrace.runtime.models.VersionId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DocumentDriftTest {

  private static final int WINDOW = 100;
  private static final ConsumerRecord<byte[], byte[]> RECORD =
      new ConsumerRecord<>("document-vectors", 0, 0, new byte[0], new byte[0]);

  private final ScoringMetrics metrics = new ScoringMetrics();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final DocumentDrift drift =
      new DocumentDrift(
          new ScoringConfig.DriftDetection(WINDOW, 0.5, 0.25, Set.of()), metrics, Optional.empty());

  @BeforeEach
  void bind() {
    metrics.bindTo(meters);
  }

  @Test
  void otherTermsAreADriftOfTheInput() {
    add(2 * WINDOW, 1, "cheap", 0.9);
    assertThat(drifts("input")).isZero();

    add(WINDOW, 1, "goal", 0.9);

    assertThat(drifts("input")).isEqualTo(1);
    assertThat(drifts("confidence")).isZero();
  }

  @Test
  void lessSureAnswersOfOneVersionAreADriftAndThoseOfAnotherAreNot() {
    add(WINDOW, 1, "cheap", 0.9);
    add(2 * WINDOW, 2, "cheap", 0.6);
    assertThat(drifts("confidence")).isZero();

    add(WINDOW, 2, "cheap", 0.5);

    assertThat(drifts("confidence")).isEqualTo(1);
    assertThat(drifts("input")).isZero();
  }

  @Test
  void answersWithoutALabelHaveNoConfidence() {
    add(3 * WINDOW, 1, "cheap", Double.NaN);

    assertThat(drifts("confidence")).isZero();
    assertThat(index("confidence")).isNaN();
  }

  private void add(int documents, long version, String term, double confidence) {
    for (int i = 0; i < documents; i++) {
      // Confidences that differ, since bins are between values.
      double differing = confidence + i % 10 / 1_000.0;
      drift.add(
          RECORD,
          new VersionId("classifier", version),
          TermVector.of(List.of(term, "now"), List.of(1.0, 1.0)),
          differing);
    }
  }

  private double drifts(String signal) {
    return meters
        .get("millrace.scoring.drifts")
        .tags("model", "classifier", "signal", signal)
        .functionCounter()
        .count();
  }

  private double index(String signal) {
    return meters
        .get("millrace.scoring.drift.index")
        .tags("model", "classifier", "signal", signal)
        .gauge()
        .value();
  }
}
