package io.millrace.runtime.models;

import static java.util.stream.LongStream.range;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.testing.TestKafka;
import io.millrace.runtime.training.SumService;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ModelFollowerTest {

  private final SumService sum = new SumService();

  @AfterEach
  void stop() {
    sum.close();
  }

  @Test
  void handsOverTheNewestVersionFirstAndThenEveryNewerOne() {
    sum.send(sum.oneLog(), range(0, 30));
    sum.start(sum.oneLog());
    sum.awaitVersion(3);
    List<Long> versions = new CopyOnWriteArrayList<>();

    try (var follower =
        ModelFollower.start(
            sum.settings,
            Set.of("sum"),
            version -> versions.add(version.manifest().getVersion()))) {
      TestKafka.await("the newest", () -> !versions.isEmpty());
      sum.send(sum.oneLog(), range(30, 40));
      TestKafka.await("a newer one", () -> versions.contains(4L));
      assertThat(follower.failure()).isEmpty();
    }

    assertThat(versions).containsExactly(3L, 4L);
  }

  @Test
  void tellsWhyItEnded() {
    sum.start(sum.oneLog());
    sum.awaitVersion(0);

    try (var follower =
        ModelFollower.start(
            sum.settings,
            Set.of("sum"),
            version -> {
              throw new IllegalArgumentException("no tensor fc1.weight");
            })) {
      TestKafka.await("failure", () -> follower.failure().isPresent());
      assertThat(follower.failure()).contains("no tensor fc1.weight");
    }
  }

  @Test
  void tellsThatALibraryIsMissing() {
    sum.start(sum.oneLog());
    sum.awaitVersion(0);

    try (var follower =
        ModelFollower.start(
            sum.settings,
            Set.of("sum"),
            version -> {
              throw new UnsatisfiedLinkError("no jnind4jcpu");
            })) {
      TestKafka.await("failure", () -> follower.failure().isPresent());
      assertThat(follower.failure()).contains("no jnind4jcpu");
    }
  }
}
