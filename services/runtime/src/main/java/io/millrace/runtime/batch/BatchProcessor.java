package io.millrace.runtime.batch;

import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What answers records without keeping state of its own, seen by the loop that feeds it. Each batch
 * and its answers are one transaction. All calls but {@link #ready} come from one thread.
 */
public interface BatchProcessor extends MeterBinder, AutoCloseable {

  /** The full names of the topics that it reads. */
  Set<String> topics();

  /**
   * Whether records of a topic can be answered now. Until they can, the topic is paused and nothing
   * of it is passed by.
   */
  boolean ready(String topic);

  /**
   * Answers a batch. A record that cannot be used is answered by a dead letter.
   *
   * @param batch at least one record, the order within each partition kept
   * @return what to send, in this order
   */
  List<ProducerRecord<byte[], byte[]>> process(List<ConsumerRecord<byte[], byte[]>> batch);

  @Override
  void close();
}
