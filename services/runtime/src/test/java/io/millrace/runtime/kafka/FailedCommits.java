package io.millrace.runtime.kafka;

import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ProducerFencedException;

/** What a commit throws. */
public final class FailedCommits {

  private FailedCommits() {}

  /** The brokers do not take it. */
  public static RuntimeException refused() {
    return new KafkaException("not enough replicas");
  }

  /** Another instance has taken the transactional id over. */
  public static RuntimeException fenced() {
    return new ProducerFencedException("another producer has the id");
  }

  /** The coordinator has ended the transaction, since it was open for too long. */
  public static RuntimeException timedOut() {
    return new TransactionTimedOutException(
        Duration.ofSeconds(70), Duration.ofSeconds(60), new ProducerFencedException("it is over"));
  }
}
