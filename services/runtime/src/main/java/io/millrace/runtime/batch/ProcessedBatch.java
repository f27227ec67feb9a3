package io.millrace.runtime.batch;

import io.millrace.runtime.metrics.LoopMetrics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A batch with its answers.
 *
 * @param answers in the order in which they are sent
 * @param offsets where to go on in each partition that the batch has records of
 * @param group the membership under which it was polled: brokers refuse the offsets of an earlier
 *     one
 * @param times of its records, milliseconds since 1970
 * @param startedNanos when work on it began, by {@link System#nanoTime}
 */
record ProcessedBatch(
    List<ProducerRecord<byte[], byte[]>> answers,
    Map<TopicPartition, OffsetAndMetadata> offsets,
    ConsumerGroupMetadata group,
    long[] times,
    long startedNanos) {

  /** What a record takes beside its key and value: headers above all. */
  private static final int AROUND_BYTES = 1_024;

  ProcessedBatch {
    answers = List.copyOf(answers);
    offsets = Map.copyOf(offsets);
  }

  /** About the memory of the answers. */
  long sizeBytes() {
    long bytes = 0;
    for (ProducerRecord<byte[], byte[]> answer : answers) {
      bytes += AROUND_BYTES + length(answer.key()) + length(answer.value());
    }
    return bytes;
  }

  /** Counts it as committed now. */
  void recordCommitted(LoopMetrics metrics) {
    metrics.committed(times, 0, answers, Duration.ofNanos(System.nanoTime() - startedNanos));
  }

  private static int length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
