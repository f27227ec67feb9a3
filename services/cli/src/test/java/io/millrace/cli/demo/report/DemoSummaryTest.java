package io.millrace.cli.demo.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DemoSummaryTest {

  @Test
  void theFileHasTheNamesThatAreDocumented() throws IOException {
    JsonNode json = new ObjectMapper().readTree(summary(60_000, 70_000, 0, 0).json());

    assertThat(json.at("/mnist/trained").asLong()).isEqualTo(60_000);
    assertThat(json.at("/mnist/rest").asLong()).isZero();
    assertThat(json.at("/mnist/prequentialAccuracy").asDouble()).isEqualTo(0.95);
    assertThat(json.at("/mnist/servedPrequentialAccuracy").asDouble()).isEqualTo(0.94);
    assertThat(json.at("/mnist/servedUnanswered").asLong()).isEqualTo(120);
    assertThat(json.at("/mnist/testAccuracy").asDouble()).isEqualTo(0.985);
    assertThat(json.at("/mnist/predictions").asLong()).isEqualTo(70_000);
    assertThat(json.at("/mnist/repeatedPredictions").asLong()).isZero();
    assertThat(json.at("/mnist/reconstructionMse").asDouble()).isEqualTo(0.0055);
    assertThat(json.at("/spam/documents").asLong()).isEqualTo(6_046);
    assertThat(json.at("/spam/prequentialAccuracy").asDouble()).isEqualTo(0.97);
    assertThat(json.at("/spam/servedPrequentialAccuracy").asDouble()).isEqualTo(0.96);
    assertThat(json.at("/vision/version").asLong()).isEqualTo(59);
    assertThat(json.at("/embedding/nearest/money/0").asText()).isEqualTo("cash");
    assertThat(json.at("/seconds").asDouble()).isEqualTo(93.5);
    assertThat(json.at("/learningSeconds").asDouble()).isEqualTo(81.2);
    assertThat(json.at("/processorSeconds").asDouble()).isEqualTo(171.6);
  }

  @Test
  void addsUpWithAReportedRest() {
    assertThat(summary(59_904, 70_000, 0, 0).inconsistency()).isEmpty();
  }

  @Test
  void seesAMissingARepeatedAndAnUnusablePrediction() {
    assertThat(summary(60_000, 69_999, 0, 0).inconsistency().orElseThrow())
        .contains("69,999 predictions");
    assertThat(summary(60_000, 70_000, 1, 0).inconsistency().orElseThrow())
        .contains("1 of them repeated");
    assertThat(summary(60_000, 70_000, 0, 2).inconsistency().orElseThrow())
        .contains("dead-letters");
  }

  @Test
  void thePersonIsToldBothAccuraciesByName() {
    String text =
        SummaryFormatter.of(
            summary(60_000, 70_000, 0, 0), List.of(Path.of("x/summary.json")), Path.of("x"));

    assertThat(text)
        .containsPattern("prequential +95.00 % +trainer")
        .containsPattern("94.00 % +evaluation")
        .containsPattern("120 +not among them: answered without a label")
        .containsPattern("880 +not among them: answered by versions that had learned")
        .containsPattern("held-out accuracy +98.50 %")
        .contains("70,000", "none twice", "cash, dollars", "pills 0.50", "version 59")
        .contains("1:33 in all, 172 s of processor time")
        .contains("x/summary.json", "--config x/demo.properties");
  }

  private static DemoSummary summary(long trained, long predictions, long repeated, long letters) {
    return new DemoSummary(
        false,
        new DemoSummary.Mnist(
            60_000,
            trained,
            60_000 - trained,
            0.95,
            0.94,
            59_000,
            120,
            10_000,
            0.985,
            List.of(59L),
            predictions,
            repeated,
            0.0055,
            1_000),
        new DemoSummary.Spam(6_046, 6_046, 0, 0.97, 0.96, 6_000, 40, 6_046, 0),
        new DemoSummary.Model(59, 57),
        new DemoSummary.Model(95, 90),
        new DemoSummary.Words(30, 9_000, Map.of("money", List.of("cash", "dollars"))),
        new DemoSummary.Terms("spam-1/1", "Pills", List.of(new DemoSummary.Term("pills", 0.5))),
        letters,
        93.5,
        81.2,
        171.6);
  }
}
