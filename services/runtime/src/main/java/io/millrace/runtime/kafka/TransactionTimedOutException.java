package io.millrace.runtime.kafka;

import java.time.Duration;
import org.apache.kafka.common.KafkaException;

/**
 * The brokers refused a transaction that was open for longer than its time-out. The coordinator
 * ends such a transaction as it ends that of a replaced instance, by a new epoch, and the client
 * cannot tell the one from the other; the time can.
 */
final class TransactionTimedOutException extends KafkaException {

  private static final long serialVersionUID = 1L;

  /**
   * A refusal, named for what it is.
   *
   * @param refusal what the producer threw; not the cause, since logs show the innermost cause
   */
  TransactionTimedOutException(Duration open, Duration timeout, Throwable refusal) {
    super(
        ("the transaction was open for %d ms and its time-out is %d ms (transaction.timeout.ms), so"
                + " the coordinator has aborted it: the brokers are slow, or the time-out is too"
                + " short (%s)")
            .formatted(open.toMillis(), timeout.toMillis(), refusal.getMessage()));
    addSuppressed(refusal);
  }
}
