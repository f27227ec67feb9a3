package io.millrace.runtime.deadletters;

import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.records.RecordTime;
import io.millrace.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Turns a record that cannot be used into a dead letter: a record on {@code dead-letters} with the
 * original key, value and headers, and more headers with the service that rejected it, its topic,
 * partition, offset and timestamp, and the reason; most of them also under the names that Kafka
 * Streams gives them. If the value is longer than {@code dead.letters.max.bytes}, only its
 * beginning is kept, and a further header has its size and SHA-256.
 */
public final class DeadLetters {

  public static final String SERVICE = "millrace-dead-letter-service";
  public static final String TOPIC = "millrace-dead-letter-topic";
  public static final String PARTITION = "millrace-dead-letter-partition";
  public static final String OFFSET = "millrace-dead-letter-offset";
  public static final String TIMESTAMP = "millrace-dead-letter-timestamp";
  public static final String REASON = "millrace-dead-letter-reason";

  /** What was truncated when the record was read; absent if nothing was. */
  public static final String CUT = "millrace-dead-letter-cut";

  /** What Kafka Streams calls the topic, partition, offset and reason (KIP-1034). */
  private static final String STREAMS_TOPIC = "__streams.errors.topic";

  private static final String STREAMS_PARTITION = "__streams.errors.partition";
  private static final String STREAMS_OFFSET = "__streams.errors.offset";
  private static final String STREAMS_MESSAGE = "__streams.errors.message";

  /** The headers that a dead letter has in addition to those of the record, unless it was cut. */
  public static final Set<String> ADDED =
      Set.of(
          SERVICE,
          TOPIC,
          PARTITION,
          OFFSET,
          TIMESTAMP,
          REASON,
          STREAMS_TOPIC,
          STREAMS_PARTITION,
          STREAMS_OFFSET,
          STREAMS_MESSAGE);

  /** How much of a truncated value is kept: more than any usable input has. */
  public static final int PREFIX_BYTES = 9 << 20;

  /** Room in a request for key, headers and record batch around a value. */
  private static final int AROUND_VALUE_BYTES = 4 << 20;

  private DeadLetters() {}

  /** The largest request that a producer of dead letters sends. */
  public static int requestBytes(int maxValueBytes) {
    return maxValueBytes + AROUND_VALUE_BYTES;
  }

  /** Adds to the headers of a record what was truncated. */
  public static void noteCut(Headers headers, String what) {
    String before = EventHeaders.text(headers, CUT).map(text -> text + "; ").orElse("");
    put(headers, CUT, before + what);
  }

  /** The dead letter of a consumed record. */
  public static ProducerRecord<byte[], byte[]> of(
      Topics topics, String service, ConsumerRecord<byte[], byte[]> record, String reason) {
    return new ProducerRecord<>(
        topics.deadLetters().name(),
        null,
        null,
        record.key(),
        record.value(),
        headers(
            record.headers(),
            service,
            record.topic(),
            record.partition(),
            record.offset(),
            record.timestamp(),
            reason));
  }

  /**
   * The headers of a dead letter, for services on Kafka Streams.
   *
   * @param original the record's own headers; not changed
   * @param timestamp the record's time, milliseconds since 1970
   */
  public static Headers headers(
      @Nullable Headers original,
      String service,
      String topic,
      int partition,
      long offset,
      long timestamp,
      String reason) {
    var headers = original == null ? new RecordHeaders() : new RecordHeaders(original.toArray());
    put(headers, SERVICE, service);
    put(headers, TOPIC, topic);
    put(headers, PARTITION, Integer.toString(partition));
    put(headers, OFFSET, Long.toString(offset));
    put(headers, TIMESTAMP, Long.toString(RecordTime.of(original, timestamp)));
    headers.remove(RecordTime.HEADER);
    String cut = EventHeaders.text(headers, CUT).map(what -> "; cut: " + what).orElse("");
    put(headers, REASON, reason + cut);
    put(headers, STREAMS_TOPIC, topic);
    put(headers, STREAMS_PARTITION, Integer.toString(partition));
    put(headers, STREAMS_OFFSET, Long.toString(offset));
    put(headers, STREAMS_MESSAGE, reason + cut);
    return headers;
  }

  private static void put(Headers headers, String name, String value) {
    headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
