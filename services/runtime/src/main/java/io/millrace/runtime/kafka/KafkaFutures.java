package io.millrace.runtime.kafka;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/** Waits for what Kafka's admin client and producer answer. */
public final class KafkaFutures {

  private KafkaFutures() {}

  /**
   * Waits for an answer.
   *
   * @throws KafkaException the one that the answer failed with, such as {@code
   *     GroupIdNotFoundException}, and {@link InterruptException} if the thread was interrupted
   */
  public static <T> T await(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
