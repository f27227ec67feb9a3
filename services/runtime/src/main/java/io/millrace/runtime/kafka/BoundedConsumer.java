package io.millrace.runtime.kafka;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * A consumer whose memory does not follow what producers can pack. The broker bounds a batch as it
 * comes, and Kafka's settings bound what is fetched: both compressed, and a few kilobytes unpack to
 * gigabytes. So what a poll hands over is bounded where it is unpacked: see {@link
 * PollMemoryLimiter}. Only the one record that is being unpacked has to fit into memory whole.
 */
public final class BoundedConsumer extends KafkaConsumer<byte[], byte[]> {

  private final PollMemoryLimiter limiter;

  /**
   * A consumer.
   *
   * @param maxValueBytes the longest value that is kept whole
   */
  public BoundedConsumer(Map<String, Object> client, int maxValueBytes) {
    this(client, new PollMemoryLimiter(maxValueBytes));
  }

  private BoundedConsumer(Map<String, Object> client, PollMemoryLimiter intake) {
    super(client, intake.keys(), intake.values());
    this.limiter = intake;
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    limiter.beginPoll();
    return HeaderLimiter.limit(super.poll(timeout));
  }

  /** Leaves its group for good, also under a lasting name, so that others take over at once. */
  @Override
  public void close() {
    close(CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
  }
}
