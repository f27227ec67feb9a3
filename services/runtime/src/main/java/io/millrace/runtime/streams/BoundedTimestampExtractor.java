package io.millrace.runtime.streams;

import io.millrace.runtime.records.RecordTime;
import io.millrace.topics.InternalTopic;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Configurable;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * Extracts a record's timestamp as far as it can be true, so that no producer's clock stops a
 * service or moves its time:
 *
 * <ul>
 *   <li>A time up to {@link #TOLERANCE} ahead of this machine's clock, or in the past, is taken as
 *       it is. The tolerance is the one that brokers have by default ({@code
 *       message.timestamp.after.max.ms}).
 *   <li>A later time becomes the present. So does a time of 0 or less, which means that the
 *       producer has set none. The header of {@link RecordTime} keeps what was on the log.
 *   <li>If this machine's clock was set back, the present is the latest time that the partition had
 *       before.
 * </ul>
 *
 * Kafka Streams makes the instances; the property {@value #CLOCK} gives them another clock.
 */
public final class BoundedTimestampExtractor implements TimestampExtractor, Configurable {

  /** A {@link LongSupplier} of the time in milliseconds since 1970, instead of the machine's. */
  public static final String CLOCK = "millrace.clock";

  /** How far a record's time may be ahead. */
  public static final Duration TOLERANCE = Duration.ofHours(1);

  /** A clock is not set back by more; a partition's time beyond is not true either. */
  private static final Duration MAX_SETBACK = Duration.ofDays(30);

  private LongSupplier clock = System::currentTimeMillis;
  private LongConsumer appended = time -> {};

  @Override
  public void configure(Map<String, ?> configs) {
    if (configs.get(CLOCK) instanceof LongSupplier other) {
      clock = other;
    }
    if (configs.get(CLOCK) instanceof MonotonicTime steady) {
      appended = steady::observe;
    }
  }

  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    if (record.timestampType() == TimestampType.LOG_APPEND_TIME) {
      appended.accept(record.timestamp());
    }
    long now = clock.getAsLong();
    long limit = now + TOLERANCE.toMillis();
    if (partitionTime > limit && partitionTime <= now + MAX_SETBACK.toMillis()) {
      now = partitionTime;
      limit = partitionTime;
    }
    long time = record.timestamp();
    if (time > 0 && time <= limit) {
      return time;
    }
    if (!InternalTopic.isRepartition(record.topic())) {
      RecordTime.put(record.headers(), time);
    }
    return now;
  }
}
