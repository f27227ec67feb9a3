package io.millrace.runtime.batch;

import io.millrace.runtime.metrics.LoopMetrics;
import io.millrace.runtime.records.TraceContext;
import io.millrace.runtime.records.Traces;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Sends the answers of batches and commits the batches in their order, while the loop processes the
 * next ones. After a failure a committer cannot be used any more: a new one continues from the
 * committed offsets. Called by the loop's thread.
 */
interface BatchCommitter extends AutoCloseable {

  /**
   * Adds a batch. Waits only while too many bytes of earlier ones are not committed.
   *
   * @throws KafkaException if an earlier batch was not committed
   */
  void enqueue(ProcessedBatch batch);

  /**
   * Commits what is due; called before each poll.
   *
   * @return how long the loop may wait for records before it calls again
   * @throws KafkaException if a batch was not committed
   */
  Duration maybeCommit();

  /**
   * Returns when all batches are committed.
   *
   * @throws KafkaException if a batch was not committed
   */
  void flush();

  /** Ends at once; batches that are not committed are processed again. */
  @Override
  void close();

  /**
   * A batch and what was made of it.
   *
   * @param answers the records to send, in this order
   * @param offsets the next offset of each partition that the batch has records of
   * @param group the membership under which it was polled; brokers refuse offsets under an earlier
   *     one
   * @param times the timestamps of its records, milliseconds since 1970
   * @param traces the contexts of those that are traced, by their places among the times
   * @param startedNanos when its processing began, by {@link System#nanoTime}
   */
  record ProcessedBatch(
      List<ProducerRecord<byte[], byte[]>> answers,
      Map<TopicPartition, OffsetAndMetadata> offsets,
      ConsumerGroupMetadata group,
      long[] times,
      Map<Integer, TraceContext> traces,
      long startedNanos) {

    /** Memory of a record beside its key and value: above all headers. */
    private static final int AROUND_BYTES = 1_024;

    public ProcessedBatch {
      answers = List.copyOf(answers);
      offsets = Map.copyOf(offsets);
      traces = Map.copyOf(traces);
    }

    /** About the memory of the answers, in bytes. */
    long sizeBytes() {
      long bytes = 0;
      for (ProducerRecord<byte[], byte[]> answer : answers) {
        bytes += AROUND_BYTES + length(answer.key()) + length(answer.value());
      }
      return bytes;
    }

    /** Records in the metrics that it is committed now. */
    void recordCommitted(LoopMetrics metrics) {
      Duration took = Duration.ofNanos(System.nanoTime() - startedNanos);
      metrics.committed(times, traces, 0, answers, took);
      Traces.sent(answers);
    }

    private static int length(byte[] bytes) {
      return bytes == null ? 0 : bytes.length;
    }
  }
}
