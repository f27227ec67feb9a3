package io.millrace.runtime;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * A consumer whose memory does not follow what producers can pack. The broker bounds a batch as it
 * comes, and Kafka's settings bound what is fetched: both compressed, and a few kilobytes unpack to
 * gigabytes. So what a poll hands over is bounded where it is unpacked: see {@link Intake}. Only
 * the one record that is being unpacked has to fit into memory whole.
 */
final class BoundedConsumer extends KafkaConsumer<byte[], byte[]> {

  private final Intake intake;

  /**
   * A consumer.
   *
   * @param maxValueBytes the longest value that is kept whole
   */
  BoundedConsumer(Map<String, Object> client, int maxValueBytes) {
    this(client, new Intake(maxValueBytes));
  }

  private BoundedConsumer(Map<String, Object> client, Intake intake) {
    super(client, intake.keys(), intake.values());
    this.intake = intake;
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    intake.begin();
    return LongHeaders.leftOut(super.poll(timeout));
  }

  /** Leaves its group for good, also under a lasting name, so that others take over at once. */
  @Override
  public void close() {
    close(CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
  }
}
