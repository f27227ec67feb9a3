package io.millrace.runtime.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * A consumer with a bound on the memory of a poll. The broker's limits and Kafka's fetch settings
 * count compressed bytes, and a few kilobytes can unpack to gigabytes. This consumer therefore
 * limits records before it unpacks them ({@link FetchedRecordCutter}), keys, values and the whole
 * poll while it does ({@link PollMemoryLimiter}), and headers after that ({@link HeaderLimiter}).
 */
public final class BoundedConsumer extends KafkaConsumer<byte[], byte[]> {

  private final PollMemoryLimiter limiter;
  private final AtomicLong polls = new AtomicLong();

  /**
   * A consumer.
   *
   * @param client the settings of the client
   * @param maxValueBytes the longest value that is kept whole
   */
  public BoundedConsumer(Map<String, Object> client, int maxValueBytes) {
    this(client, new PollMemoryLimiter(maxValueBytes));
  }

  private BoundedConsumer(Map<String, Object> client, PollMemoryLimiter limiter) {
    super(client, limiter.keys(), limiter.values());
    this.limiter = limiter;
    FetchGuard.install(this, new FetchedRecordCutter(limiter.maxValueBytes()));
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    polls.incrementAndGet();
    limiter.beginPoll();
    return HeaderLimiter.limit(super.poll(timeout));
  }

  /** How often it was polled; safe from any thread. */
  public long polls() {
    return polls.get();
  }

  /** Leaves its group, also as a static member (KIP-345), so that others take over at once. */
  @Override
  public void close() {
    close(CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
  }
}
