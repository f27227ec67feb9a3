package io.millrace.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TransactionFailureTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Unhandled error in EndTxnResponse: The server experienced an unexpected error",
        "Unexpected error in TxnOffsetCommitResponse: The server experienced an unexpected error",
        "Unexpected error in AddOffsetsToTxnResponse: The server experienced an unexpected error"
      })
  void anAnswerThatTheClientDoesNotExpectEndsTheTransaction(String answer) {
    var thrown = new StreamsException("commit", new KafkaException(answer));

    assertThat(TransactionFailure.isEndedByBrokers(thrown)).isTrue();
    assertThat(TransactionFailure.isTimedOut(thrown)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Record batch for partition images-0 at offset 3 is invalid, cause: Record is corrupt",
        "offsets of a topic that is gone are not sent"
      })
  void whatANewTransactionWouldMeetAgainDoesNot(String message) {
    var thrown = new StreamsException("read", new KafkaException(message));

    assertThat(TransactionFailure.isEndedByBrokers(thrown)).isFalse();
    assertThat(TransactionFailure.isEndedByBrokers(new KafkaException((String) null))).isFalse();
  }

  @Test
  void aTransactionThatTheCoordinatorEndedIsTimedOut() {
    var thrown = new StreamsException("commit", new InvalidTxnStateException("invalid state"));

    assertThat(TransactionFailure.isEndedByBrokers(thrown)).isTrue();
    assertThat(TransactionFailure.isTimedOut(thrown)).isTrue();
  }
}
