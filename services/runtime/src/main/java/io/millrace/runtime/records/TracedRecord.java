package io.millrace.runtime.records;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * A consumed record that is part of a recorded trace.
 *
 * @param context its own context, that of the span that sent it
 * @param topic its topic
 * @param partition its partition
 * @param offset its offset
 * @param key its key as text; empty if it has none, or one that is not short UTF-8
 * @param isTombstone whether it has no value
 */
public record TracedRecord(
    TraceContext context,
    String topic,
    int partition,
    long offset,
    String key,
    boolean isTombstone) {

  private static final int MAX_KEY_BYTES = 256;

  /** A record with its context. */
  public static TracedRecord of(TraceContext context, ConsumerRecord<byte[], byte[]> record) {
    byte @Nullable [] value = record.value();
    return new TracedRecord(
        context,
        record.topic(),
        record.partition(),
        record.offset(),
        text(record.key()),
        value == null);
  }

  /** The context of the span in which a service processes it; the same however often it does. */
  public TraceContext processing(String service) {
    return processing(context, service, topic + "-" + partition + "-" + offset);
  }

  /**
   * The same.
   *
   * @param coordinates topic, partition and offset with hyphens between
   */
  static TraceContext processing(TraceContext context, String service, String coordinates) {
    return context.child(service + "/process/" + coordinates);
  }

  /** Adds what the conventions say of a record. */
  void describe(Map<String, Object> attributes) {
    attributes.put("messaging.destination.name", topic);
    attributes.put("messaging.destination.partition.id", Integer.toString(partition));
    attributes.put("messaging.kafka.offset", offset);
    putKey(attributes, key);
    if (isTombstone) {
      attributes.put("messaging.kafka.message.tombstone", true);
    }
  }

  static void putKey(Map<String, Object> attributes, String key) {
    if (!key.isEmpty()) {
      attributes.put("messaging.kafka.message.key", key);
    }
  }

  /** A key for people; empty if the record has no key, or one that is not short UTF-8. */
  public static String text(byte @Nullable [] key) {
    if (key == null || key.length > MAX_KEY_BYTES) {
      return "";
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
    } catch (CharacterCodingException _) {
      return "";
    }
  }
}
