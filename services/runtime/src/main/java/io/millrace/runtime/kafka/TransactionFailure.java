package io.millrace.runtime.kafka;

import io.millrace.runtime.metrics.LoopMetrics;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** What a loop has to do after an exception of a transaction. */
public enum TransactionFailure {
  /** Another instance has taken over: restore, but only as a member of the group again. */
  FENCED,
  /**
   * The coordinator has aborted the transaction, since it was open for longer than its time-out.
   */
  TIMED_OUT,
  /** The transaction did not commit, or that is unknown: restore from the topics and repeat. */
  ABORTED,
  /** Repeating it would fail again: stop. */
  FATAL;

  private static final List<Class<? extends RuntimeException>> FENCING =
      List.of(
          ProducerFencedException.class,
          InvalidProducerEpochException.class,
          CommitFailedException.class);

  /** Nobody else has the id, but the transaction is over. */
  private static final List<Class<? extends RuntimeException>> TIMED_OUT_BY_BROKERS =
      List.of(InvalidTxnStateException.class, TransactionAbortedException.class);

  /** The coordinator has ended the transaction, or no longer knows its producer. */
  private static final List<Class<? extends RuntimeException>> ENDED_BY_BROKERS =
      List.of(
          InvalidTxnStateException.class,
          TransactionAbortedException.class,
          TransactionAbortableException.class,
          OutOfOrderSequenceException.class,
          InvalidPidMappingException.class);

  private static final Pattern UNEXPECTED_ANSWER =
      Pattern.compile("(Unhandled|Unexpected) error in \\w+Response");

  private static final List<Class<? extends RuntimeException>> HOPELESS =
      List.of(
          AuthorizationException.class,
          AuthenticationException.class,
          UnsupportedVersionException.class,
          RecordTooLargeException.class,
          SerializationException.class,
          ConfigException.class,
          InterruptException.class);

  /** Classifies an exception and its causes, since the producer wraps the first error. */
  public static TransactionFailure of(RuntimeException exception) {
    if (!(exception instanceof KafkaException) || hasCause(exception, HOPELESS)) {
      return FATAL;
    }
    if (hasCause(exception, List.of(TransactionTimedOutException.class))) {
      return TIMED_OUT;
    }
    return isFencing(exception) ? FENCED : ABORTED;
  }

  /**
   * Whether the brokers have ended a transaction, so that the same records succeed in a new one: it
   * was open for longer than its time-out, another producer has taken its id over, or they answered
   * its end with an error that the client does not expect, as an overloaded broker does. Where that
   * leaves open whether it was committed, the next producer of the id finds out. An exception that
   * the processing of a record throws does not count.
   */
  public static boolean isEndedByBrokers(Throwable exception) {
    return hasCause(exception, ENDED_BY_BROKERS)
        || hasCause(exception, FENCING)
        || isUnexpectedAnswer(exception);
  }

  /**
   * The client has classes for the errors that it expects of a transaction; of others it throws the
   * plain one with a text alone: "Unhandled error in EndTxnResponse: …", "Unexpected error in
   * TxnOffsetCommitResponse: …".
   */
  private static boolean isUnexpectedAnswer(Throwable exception) {
    Throwable cause = exception;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getClass() == KafkaException.class
        && UNEXPECTED_ANSWER.matcher(String.valueOf(cause.getMessage())).lookingAt();
  }

  /**
   * Whether the brokers have ended a transaction since it was open for longer than its time-out.
   */
  public static boolean isTimedOut(Throwable exception) {
    return hasCause(exception, TIMED_OUT_BY_BROKERS);
  }

  /** Counts it in the metrics of the loop. */
  public void count(LoopMetrics metrics) {
    switch (this) {
      case FENCED -> metrics.fenced();
      case TIMED_OUT -> metrics.timedOut();
      case ABORTED, FATAL -> metrics.aborted();
    }
  }

  /** Whether brokers or group have refused who sent the transaction. */
  static boolean isFencing(RuntimeException exception) {
    return hasCause(exception, FENCING);
  }

  private static boolean hasCause(
      Throwable exception, List<Class<? extends RuntimeException>> types) {
    for (Throwable cause = exception; cause != null; cause = cause.getCause()) {
      Throwable current = cause;
      if (types.stream().anyMatch(type -> type.isInstance(current))) {
        return true;
      }
    }
    return false;
  }
}
