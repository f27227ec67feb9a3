package io.millrace.evaluation;

import static io.millrace.evaluation.EvaluationTestDriver.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.Scope;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An examples topic is deleted and created again; the service starts with the state it had. */
final class ExamplesMadeAgainTest {

  @TempDir private Path folder;

  @Test
  void whatWasReadOfTheOldOneSaysNothingOfTheNewOne() {
    try (var made = new EvaluationTestDriver(folder, "c/new")) {
      made.hasRead(5, "c/old");
      made.manifest(7, 2);
      made.predicted(3, 7, "7");
      made.predicted(1, 7, "7");
      assertThat(made.counts()).as("held until the new topic was read").isEmpty();
      made.example(9);
      made.example(3);

      assertThat(made.counts())
          .isEqualTo(Map.of(key(7, Scope.SEEN), 1L, key(7, Scope.PREQUENTIAL), 1L));
    }
  }

  @Test
  void whatAnEarlierBuildHasReadCountsAsThatOfTheTopicAtHand() {
    try (var made = new EvaluationTestDriver(folder, "c/t")) {
      made.hasRead(2, "");
      made.manifest(7, 2);
      made.predicted(1, 7, "7");
      made.predicted(5, 7, "7");

      assertThat(made.counts())
          .isEqualTo(Map.of(key(7, Scope.SEEN), 1L, key(7, Scope.PREQUENTIAL), 1L));
    }
  }
}
