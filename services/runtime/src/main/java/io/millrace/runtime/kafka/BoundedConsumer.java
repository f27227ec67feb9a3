package io.millrace.runtime.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * A consumer with a bound on the memory of a poll. The broker's limits and Kafka's fetch settings
 * count compressed bytes, and a few kilobytes can unpack to gigabytes. This consumer therefore
 * limits records before it unpacks them ({@link FetchedRecordCutter}), keys, values and the whole
 * poll while it does ({@link PollMemoryLimiter}), and headers after that ({@link HeaderLimiter}).
 *
 * <p>A poll returns no records where there are none, and where there is no broker. A consumer with
 * the client setting {@link #SILENCE_MS} asks the broker after so long without records, and its
 * poll throws if none answers.
 */
public class BoundedConsumer extends KafkaConsumer<byte[], byte[]> {

  /**
   * A setting of this consumer, in milliseconds: after so long without records a poll asks whether
   * the broker is still there. Commands set it; services wait for their broker.
   */
  public static final String SILENCE_MS = "millrace.silence.ms";

  private final PollMemoryLimiter limiter;
  private final AtomicLong polls = new AtomicLong();
  private final long silenceNanos;
  private volatile boolean closed;
  private long heardNanos = System.nanoTime();

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
    this.silenceNanos =
        1_000_000 * Long.parseLong(String.valueOf(client.getOrDefault(SILENCE_MS, "0")));
    FetchGuard.install(this, new FetchedRecordCutter(limiter.maxValueBytes()));
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    polls.incrementAndGet();
    limiter.beginPoll();
    ConsumerRecords<byte[], byte[]> records = HeaderLimiter.limit(super.poll(timeout));
    if (silenceNanos > 0) {
      requireBroker(!records.isEmpty());
    }
    return records;
  }

  /** Throws Kafka's TimeoutException if the broker is silent for {@code default.api.timeout.ms}. */
  private void requireBroker(boolean heard) {
    if (!heard && System.nanoTime() - heardNanos > silenceNanos) {
      endOffsets(assignment());
      heard = true;
    }
    if (heard) {
      heardNanos = System.nanoTime();
    }
  }

  /** The {@code client.id} of a consumer, which Kafka makes up where none is set. */
  public static String clientId(Consumer<?, ?> consumer) {
    return consumer.metrics().keySet().stream()
        .map(metric -> metric.tags().get("client-id"))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse("");
  }

  /** How often it was polled; safe from any thread. */
  public long polls() {
    return polls.get();
  }

  /** Whether it was closed; safe from any thread. */
  public boolean isClosed() {
    return closed;
  }

  /** Leaves its group, also as a static member (KIP-345), so that others take over at once. */
  @Override
  public void close() {
    close(CloseOptions.groupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
  }

  @Override
  public void close(CloseOptions options) {
    closed = true;
    super.close(options);
  }
}
