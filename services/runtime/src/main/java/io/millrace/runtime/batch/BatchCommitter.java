package io.millrace.runtime.batch;

import java.time.Duration;
import org.apache.kafka.common.KafkaException;

/**
 * What sends the answers of batches and commits the batches, in their order, while the next are
 * answered. After a failure it is of no more use: a new one goes on from the committed offsets.
 * Called by the loop's thread.
 */
interface BatchCommitter extends AutoCloseable {

  /**
   * Takes a batch over. Waits only if too much is on its way.
   *
   * @throws KafkaException if one before did not make it
   */
  void enqueue(ProcessedBatch batch);

  /**
   * Does what is due; called again and again.
   *
   * @return how long the loop may wait for records before it calls again
   * @throws KafkaException if a batch did not make it
   */
  Duration maybeCommit();

  /**
   * Waits until all that was taken is committed.
   *
   * @throws KafkaException if a batch did not make it
   */
  void flush();

  /** Lets go at once; what is not committed by now is done again. */
  @Override
  void close();
}
