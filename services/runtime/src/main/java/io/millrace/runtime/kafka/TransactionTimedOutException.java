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

  TransactionTimedOutException(Duration open, Duration timeout, Throwable cause) {
    super(
        ("the transaction was open for %d ms and its time-out is %d ms (transaction.timeout.ms), so"
                + " the coordinator has aborted it: the brokers are slow, or the time-out is too"
                + " short")
            .formatted(open.toMillis(), timeout.toMillis()),
        cause);
  }
}
