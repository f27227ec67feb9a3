package io.millrace.runtime.kafka;

import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.records.Sha256;
import java.nio.ByteBuffer;
import java.util.function.BiFunction;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.NullUnmarked;

/**
 * Bounds what a consumer takes out of compressed batches: how long keys and values may be, and how
 * much one poll brings. What is longer is cut, and a header says so; what is cut is still longer
 * than anything that a reader accepts. Cost: one copy of what is kept, and a SHA-256 of what is
 * cut. Used by the consumer's thread.
 */
final class PollMemoryLimiter {

  /** The longest key; no key that is used is near. */
  static final int MAX_KEY_BYTES = 1 << 20;

  /** What one poll brings, unless a single record is longer. */
  static final int POLL_BYTES = 32 << 20;

  private final int maxValueBytes;
  private long reserved;
  private long pending;

  /**
   * An intake.
   *
   * @param maxValueBytes the longest value that is kept whole, at least {@link
   *     DeadLetters#PREFIX_BYTES}
   */
  PollMemoryLimiter(int maxValueBytes) {
    this.maxValueBytes = maxValueBytes;
  }

  /** The next poll begins. */
  void beginPoll() {
    reserved = 0;
    pending = 0;
  }

  /** Reads keys, which come before their values. */
  Deserializer<byte[]> keys() {
    return reading(this::key);
  }

  /** Reads values. */
  Deserializer<byte[]> values() {
    return reading(this::value);
  }

  private byte[] key(Headers headers, ByteBuffer key) {
    reserved += pending;
    pending = 0;
    reserve(HeaderLimiter.size(headers) + Math.min(key.remaining(), MAX_KEY_BYTES));
    return truncate("key", headers, key, MAX_KEY_BYTES, MAX_KEY_BYTES);
  }

  private byte[] value(Headers headers, ByteBuffer value) {
    reserve(HeaderLimiter.size(headers) + Math.min(value.remaining(), maxValueBytes));
    return truncate("value", headers, value, maxValueBytes, DeadLetters.PREFIX_BYTES);
  }

  /**
   * Makes room, or ends the poll: the consumer hands over what it has, and asks again for this
   * record in the next poll. So a failure must not come before the first record is complete.
   */
  private void reserve(long bytes) {
    if (reserved > 0 && reserved + pending + bytes > POLL_BYTES) {
      pending = 0;
      throw new SerializationException("the next poll reads it: this one has brought enough");
    }
    pending += bytes;
  }

  private static byte[] truncate(
      String what, Headers headers, ByteBuffer bytes, int longest, int prefix) {
    int size = bytes.remaining();
    byte[] kept = new byte[size <= longest ? size : prefix];
    bytes.duplicate().get(kept);
    if (kept.length < size) {
      DeadLetters.noteCut(
          headers,
          "%s of %d bytes, SHA-256 %s, cut to its first %d"
              .formatted(what, size, Sha256.hex(bytes), kept.length));
    }
    return kept;
  }

  private static Deserializer<byte[]> reading(BiFunction<Headers, ByteBuffer, byte[]> how) {
    return new Reading(how);
  }

  @NullUnmarked // Kafka's deserializers pass null for what is not there and declare nothing.
  private record Reading(BiFunction<Headers, ByteBuffer, byte[]> how)
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
