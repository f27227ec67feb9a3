package io.millrace.runtime.training;

import static io.millrace.runtime.training.SumService.model;
import static java.util.stream.LongStream.range;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.models.ModelReader;
import io.millrace.runtime.models.ServingChange;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingReason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The parts of versions that answer, or may be rolled back to, outlive the retention. */
final class RetainedVersionsTest {

  private static final Map<String, String> FEW =
      Map.of("sum.models.retain", "2", "sum.manifests.retain", "4");

  private final SumService sum = new SumService();

  @AfterEach
  void stop() {
    sum.close();
  }

  @Test
  void staysWhatAnswersAndWhatAnsweredBefore() {
    learn(0, 2);
    sum.start(sum.oneLog(), FEW, moment -> {});
    sum.awaitVersion(2);
    decide(2L, 1L);

    learn(2, 8);
    sum.awaitVersion(8);

    assertThat(withParts()).containsExactly(1L, 2L, 7L, 8L);
    assertThat(sum.manifests())
        .map(ModelManifest::getVersion)
        .containsExactly(1L, 2L, 5L, 6L, 7L, 8L);
  }

  @Test
  void whatDoesNotAnswerAnyMoreGoes() {
    learn(0, 2);
    sum.start(sum.oneLog(), FEW, moment -> {});
    sum.awaitVersion(2);
    decide(1L, null);
    learn(2, 4);
    sum.awaitVersion(4);
    decide(4L, 3L);

    learn(4, 9);
    sum.awaitVersion(9);

    assertThat(withParts()).containsExactly(3L, 4L, 8L, 9L);
  }

  @Test
  void whoTakesOverKeepsTheSameAndLearnsTheSameBytes() {
    learn(0, 2);
    var first = sum.start(sum.oneLog(), FEW, moment -> {});
    sum.awaitVersion(2);
    decide(1L, null);
    learn(2, 3);
    sum.awaitVersion(3);
    first.close();
    passOver(0L);
    learn(3, 8);

    sum.start(sum.oneLog(), FEW, moment -> {});

    assertThat(sum.awaitVersion(8)).isEqualTo(model(range(0, 80)));
    assertThat(sum.awaitVersion(1)).isEqualTo(model(range(0, 10)));
    assertThat(withParts()).containsExactly(1L, 7L, 8L);
  }

  /** Sends the records of the steps after one, up to another. */
  private void learn(long from, long to) {
    sum.send(sum.oneLog(), range(10 * from, 10 * to));
  }

  private void decide(@Nullable Long version, @Nullable Long previous) {
    ServingChange.make(
        sum.settings,
        "sum",
        _ ->
            Optional.of(
                new ServingDecision(
                    "sum",
                    version,
                    previous,
                    ServingReason.PROMOTED,
                    "ada",
                    "",
                    "",
                    "",
                    null,
                    null)));
  }

  private void passOver(long version) {
    sum.kafka.send(
        ServingPointer.event(
            sum.settings,
            new ServingDecision(
                "sum",
                version,
                null,
                ServingReason.PASSED_OVER,
                "scoring",
                "",
                "",
                "",
                null,
                null)));
  }

  private List<Long> withParts() {
    return List.copyOf(ModelReader.withParts(sum.settings, "sum"));
  }
}
