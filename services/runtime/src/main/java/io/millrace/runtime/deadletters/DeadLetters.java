package io.millrace.runtime.deadletters;

import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.records.RecordTime;
import io.millrace.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * Turns a record that cannot be used into a dead letter: a record on {@code dead-letters} with the
 * original key, value and headers, and more headers with the service that rejected it, its topic
 * and that topic's id, partition, offset and timestamp, and the reason; most of them also under the
 * names that Kafka Streams gives them. If the value is longer than {@code dead.letters.max.bytes},
 * only its beginning is kept, and a further header has its size and SHA-256.
 */
public final class DeadLetters {

  public static final String SERVICE = "millrace-dead-letter-service";
  public static final String TOPIC = "millrace-dead-letter-topic";

  /**
   * The ids of cluster and topic, since one that is made again has other records at the same
   * offsets; absent in letters of earlier builds.
   */
  public static final String TOPIC_ID = "millrace-dead-letter-topic-id";

  public static final String PARTITION = "millrace-dead-letter-partition";
  public static final String OFFSET = "millrace-dead-letter-offset";
  public static final String TIMESTAMP = "millrace-dead-letter-timestamp";
  public static final String REASON = "millrace-dead-letter-reason";

  /** What was truncated when the record was read; absent if nothing was. */
  public static final String CUT = "millrace-dead-letter-cut";

  /** What Kafka Streams calls the same (KIP-1034), and what it is called here. */
  private static final Map<String, String> IN_STREAMS =
      Map.of(
          "__streams.errors.topic", TOPIC,
          "__streams.errors.partition", PARTITION,
          "__streams.errors.offset", OFFSET,
          "__streams.errors.message", REASON);

  /** The headers that a dead letter has in addition to those of the record, unless it was cut. */
  private static final Set<String> ADDED =
      Set.of(SERVICE, TOPIC, TOPIC_ID, PARTITION, OFFSET, TIMESTAMP, REASON);

  /** How much of a truncated value is kept: more than any usable input has. */
  public static final int PREFIX_BYTES = 9 << 20;

  /** Room in a request for key, headers and record batch around a value. */
  private static final int AROUND_VALUE_BYTES = 4 << 20;

  private DeadLetters() {}

  /**
   * Where a record was.
   *
   * @param topic its full name
   * @param topicId {@code CLUSTER/TOPIC}; empty if not known
   * @param timestamp the record's time, milliseconds since 1970
   */
  public record Origin(String topic, String topicId, int partition, long offset, long timestamp) {}

  /** The largest request that a producer of dead letters sends. */
  public static int requestBytes(int maxValueBytes) {
    return maxValueBytes + AROUND_VALUE_BYTES;
  }

  /** Adds to the headers of a record what was truncated. */
  public static void noteCut(Headers headers, String what) {
    String before = EventHeaders.text(headers, CUT).map(text -> text + "; ").orElse("");
    put(headers, CUT, before + what);
  }

  /**
   * The dead letter of a consumed record.
   *
   * @param topicId of the record's topic, {@code CLUSTER/TOPIC}; empty if not known
   */
  public static ProducerRecord<byte[], byte[]> of(
      Topics topics,
      String service,
      ConsumerRecord<byte[], byte[]> record,
      String topicId,
      String reason) {
    return new ProducerRecord<>(
        topics.deadLetters().name(),
        null,
        null,
        record.key(),
        record.value(),
        headers(
            record.headers(),
            service,
            new Origin(
                record.topic(), topicId, record.partition(), record.offset(), record.timestamp()),
            reason));
  }

  /**
   * The headers of a dead letter, for services on Kafka Streams.
   *
   * @param original the record's own headers; not changed
   */
  public static Headers headers(
      @Nullable Headers original, String service, Origin origin, String reason) {
    var headers = original == null ? new RecordHeaders() : new RecordHeaders(original.toArray());
    put(headers, SERVICE, service);
    put(headers, TOPIC, origin.topic());
    headers.remove(TOPIC_ID);
    if (!origin.topicId().isEmpty()) {
      put(headers, TOPIC_ID, origin.topicId());
    }
    put(headers, PARTITION, Integer.toString(origin.partition()));
    put(headers, OFFSET, Long.toString(origin.offset()));
    put(headers, TIMESTAMP, Long.toString(RecordTime.of(original, origin.timestamp())));
    headers.remove(RecordTime.HEADER);
    String cut = EventHeaders.text(headers, CUT).map(what -> "; cut: " + what).orElse("");
    put(headers, REASON, reason + cut);
    IN_STREAMS.forEach((name, own) -> {
      // A record that another application has put aside keeps what that one says of it.
      if (headers.lastHeader(name) == null) {
        headers.add(name, headers.lastHeader(own).value());
      }
    });
    return headers;
  }

  /**
   * Whether a header of a dead letter was not on its record.
   *
   * @param letter all headers of the dead letter
   */
  public static boolean isAdded(Header header, Headers letter) {
    String own = IN_STREAMS.get(header.key());
    if (own == null) {
      return ADDED.contains(header.key());
    }
    Header same = letter.lastHeader(own);
    return same != null && Arrays.equals(same.value(), header.value());
  }

  private static void put(Headers headers, String name, String value) {
    headers.remove(name).add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
