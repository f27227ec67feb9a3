package io.millrace.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.runtime.testing.TestKafka;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TopicIdWatchTest {

  private final TestKafka kafka = new TestKafka();
  private final String images = kafka.topics().images().name();
  private final IllegalStateException symptom = new IllegalStateException("no such offset");

  @AfterEach
  void close() {
    kafka.close();
  }

  @Test
  void aTopicThatIsMadeAgainRightAfterTheStartIsNoticedOnce() {
    var changes = new AtomicInteger();
    try (var watch = TopicIdWatch.start(kafka.settings(Map.of()), "echo", List.of(images))) {
      watch.whenChanged(changes::incrementAndGet);
      assertThat(watch.cause(symptom)).isSameAs(symptom);

      kafka.makeAgain(images);

      assertThat(watch.cause(symptom))
          .isInstanceOf(IncompatibleStateException.class)
          .hasMessageContaining(images)
          .hasMessageContaining("deleted and created again");
      assertThat(watch.cause(symptom)).isInstanceOf(IncompatibleStateException.class);
      assertThat(changes).hasValue(1);
      watch.whenChanged(changes::incrementAndGet);
      assertThat(changes).hasValue(2);
    }
  }

  @Test
  void topicsThatAreMadeAgainAtOnceAreAllNamed() {
    String schemas = kafka.topics().schemas().name();
    try (var watch = TopicIdWatch.start(kafka.settings(Map.of()), "echo", List.of(images))) {
      kafka.makeAgain(schemas, images);

      assertThat(watch.cause(symptom)).hasMessageContainingAll(schemas, images);
      assertThat(watch.changed()).containsExactlyInAnyOrder(schemas, images);
    }
  }

  @Test
  void whatGoesWrongAtTheEndDoesNotHideTheCause() {
    try (var watch = TopicIdWatch.start(kafka.settings(Map.of()), "echo", List.of(images))) {
      watch.whenChanged(() -> {
        throw new IllegalStateException("cannot be closed");
      });
      kafka.makeAgain(images);

      assertThat(watch.cause(symptom)).hasMessageContaining("deleted and created again");
    }
  }

  @Test
  void allThatAServiceReliesOnIsWatched() {
    String models = kafka.topics().models().name();
    try (var watch = TopicIdWatch.start(kafka.settings(Map.of()), "scoring", List.of())) {
      kafka.makeAgain(models);

      assertThat(watch.cause(symptom)).hasMessageContaining(models);
    }
  }

  @Test
  void topicsThatAreMissingHideNoOther() {
    List<String> topics = List.of("missing-1", "missing-2", images, "missing-3", "missing-4");
    try (var watch = TopicIdWatch.start(kafka.settings(Map.of()), "echo", topics)) {
      kafka.makeAgain(images);

      assertThat(watch.cause(symptom)).hasMessageContaining(images);
    }
  }
}
