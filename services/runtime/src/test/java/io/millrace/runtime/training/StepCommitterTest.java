package io.millrace.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.kafka.TransactionFailure;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

final class StepCommitterTest {

  @Test
  void aTrainerThatMayNotWriteToItsInputIsToldWhatItNeeds() {
    var refused = new KafkaException(new TopicAuthorizationException(Set.of("image-examples")));

    KafkaException explained = StepCommitter.explained(refused, "vision", "image-examples");

    assertThat(explained)
        .hasMessageContaining("image-examples")
        .hasMessageContaining("WRITE")
        .hasMessageContaining("vision.step.idle.ms=0");
    assertThat(TransactionFailure.of(explained)).isEqualTo(TransactionFailure.FATAL);
  }

  @Test
  void otherErrorsStayAsTheyAre() {
    var timeout = new TimeoutException("slow");

    assertThat(StepCommitter.explained(timeout, "vision", "image-examples")).isSameAs(timeout);
  }
}
