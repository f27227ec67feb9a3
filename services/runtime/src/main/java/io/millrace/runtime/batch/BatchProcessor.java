package io.millrace.runtime.batch;

import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Processes records without state of its own; {@link BatchLoop} feeds it. A poll's records are one
 * batch, passed in topic by topic. The loop commits the offsets of a batch together with what was
 * made of it, by the {@link ProcessingGuarantee} that is set; one transaction may hold several
 * batches. The loop's thread makes all calls.
 */
public interface BatchProcessor extends MeterBinder, AutoCloseable {

  /** The full names of the topics that it reads. */
  Set<String> topics();

  /**
   * Whether a group that has committed no offset of a partition begins at its end, and not at its
   * beginning.
   */
  default boolean beginsAtEnd() {
    return false;
  }

  /**
   * Waits until there is something to do. The loop joins its group only then.
   *
   * @param stopping whether the loop is to end
   * @return false if the loop is to end
   */
  default boolean awaitWork(BooleanSupplier stopping) {
    return true;
  }

  /**
   * Whether records of a topic can be processed now. The loop pauses the topic until they can; no
   * record is skipped.
   */
  boolean ready(String topic);

  /**
   * Processes the records that a poll brought from one topic. A record that cannot be used becomes
   * a dead letter.
   *
   * @param topic the full name, one of {@link #topics}
   * @param records at least one, the order within each partition kept
   * @return what to send, in this order
   */
  List<ProducerRecord<byte[], byte[]>> process(
      String topic, List<ConsumerRecord<byte[], byte[]>> records);

  @Override
  void close();
}
