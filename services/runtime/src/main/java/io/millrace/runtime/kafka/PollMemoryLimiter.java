package io.millrace.runtime.kafka;

import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.records.Sha256;
import java.nio.ByteBuffer;
import java.util.function.BiFunction;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what a consumer unpacks from compressed record batches: the length of keys and values, and
 * the bytes of one poll. A longer key or value is truncated, with its size and SHA-256 in a header;
 * what remains is still longer than any value that a reader accepts, so that it becomes a dead
 * letter. Cost: one copy of what is kept, and a SHA-256 of what is truncated. Used by the
 * consumer's thread.
 *
 * <p>Kafka calls a deserializer only for what is there: a record without key or value comes to one
 * of the two, and a record without both to none. {@link FetchedRecordCutter} bounds the latter.
 */
final class PollMemoryLimiter {

  /** The longest key; the keys of usable records are far shorter. */
  static final int MAX_KEY_BYTES = 1 << 20;

  /** The bytes of one poll, unless a single record is longer. */
  static final int POLL_BYTES = 32 << 20;

  private final int maxValueBytes;
  private long reserved;
  private long pending;

  /** The headers of the record that is being read: every record has its own object. */
  private @Nullable Headers current;

  /**
   * A limiter.
   *
   * @param maxValueBytes the longest value that is kept whole, at least {@link
   *     DeadLetters#PREFIX_BYTES}
   */
  PollMemoryLimiter(int maxValueBytes) {
    this.maxValueBytes = maxValueBytes;
  }

  /** The longest value that is kept whole. */
  int maxValueBytes() {
    return maxValueBytes;
  }

  /** Begins the next poll. */
  void beginPoll() {
    reserved = 0;
    pending = 0;
    current = null;
  }

  /** Deserializes keys. */
  Deserializer<byte[]> keys() {
    return reading(this::key);
  }

  /** Deserializes values. */
  Deserializer<byte[]> values() {
    return reading(this::value);
  }

  private byte[] key(Headers headers, ByteBuffer key) {
    reserve(headers, Math.min(key.remaining(), MAX_KEY_BYTES));
    return truncate("key", headers, key, MAX_KEY_BYTES, MAX_KEY_BYTES);
  }

  private byte[] value(Headers headers, ByteBuffer value) {
    reserve(headers, Math.min(value.remaining(), maxValueBytes));
    return truncate("value", headers, value, maxValueBytes, DeadLetters.PREFIX_BYTES);
  }

  /**
   * Reserves bytes of this poll, or ends the poll: on an exception the consumer returns the records
   * that it has, and reads this one again in the next poll. The first record of a poll never fails.
   */
  @SuppressWarnings("ReferenceEquality") // Equal headers may be those of two records.
  private void reserve(Headers headers, long bytes) {
    long more = bytes;
    if (headers != current) {
      reserved += pending;
      pending = 0;
      current = headers;
      more += HeaderLimiter.memoryBytes(headers);
    }
    if (reserved > 0 && reserved + pending + more > POLL_BYTES) {
      pending = 0;
      throw new SerializationException(
          "this poll has enough bytes: the next poll reads the record");
    }
    pending += more;
  }

  /** The bytes, or their first ones and a note. */
  private static byte[] truncate(
      String what, Headers headers, ByteBuffer bytes, int longest, int prefix) {
    int size = bytes.remaining();
    byte[] kept = new byte[size <= longest ? size : prefix];
    bytes.duplicate().get(kept);
    if (kept.length < size) {
      DeadLetters.noteCut(headers, note(what, size, Sha256.hex(bytes), kept.length));
    }
    return kept;
  }

  /** What was truncated, for the header of a dead letter. */
  static String note(String what, int size, String sha256, int kept) {
    return "%s of %d bytes, SHA-256 %s, cut to its first %d".formatted(what, size, sha256, kept);
  }

  private static Deserializer<byte[]> reading(BiFunction<Headers, ByteBuffer, byte[]> how) {
    return new DelegatingDeserializer(how);
  }

  @NullUnmarked // Kafka's deserializers pass null for what is not there and declare nothing.
  private record DelegatingDeserializer(BiFunction<Headers, ByteBuffer, byte[]> how)
      implements Deserializer<byte[]> {

    @Override
    public byte[] deserialize(String topic, byte[] bytes) {
      return bytes;
    }

    @Override
    public byte[] deserialize(String topic, Headers headers, ByteBuffer bytes) {
      return bytes == null ? null : how.apply(headers, bytes);
    }
  }
}
