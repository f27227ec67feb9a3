package io.millrace.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

final class TopicIdsTest {

  @Test
  void anIdThatCannotBeAskedForIsEmptyAndAskedForAgain() {
    var asked = new AtomicInteger();
    UnaryOperator<String> ids =
        TopicIds.orEmpty(
            TopicIds.remembered(topic -> {
              if (asked.incrementAndGet() == 1) {
                throw new TimeoutException("no broker answers");
              }
              return "cluster/" + topic;
            }));

    assertThat(ids.apply("images")).isEmpty();
    assertThat(ids.apply("images")).isEqualTo("cluster/images");
    assertThat(ids.apply("images")).isEqualTo("cluster/images");
    assertThat(asked).hasValue(2);
  }

  @Test
  void whoIsInterruptedIsNotAnswered() {
    UnaryOperator<String> ids =
        TopicIds.orEmpty(_ -> {
          throw new InterruptException("stopping");
        });

    try {
      assertThatThrownBy(() -> ids.apply("images")).isInstanceOf(InterruptException.class);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
