package io.millrace.runtime.kafka;

import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.records.Sha256;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of a batch from a stream, each within bounds (Kafka's message format 2: lengths
 * are zigzag varints, -1 stands for null). Not thread-safe.
 */
final class RecordStream {

  private static final int BUFFER_BYTES = 1 << 13;

  /**
   * A record, perhaps cut.
   *
   * @param cuts what is missing of it, a text each
   */
  record BoundedRecord(
      long offset,
      long timestamp,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Header[] headers,
      List<String> cuts) {}

  private final InputStream in;
  private final DefaultRecordBatch batch;
  private final int maxValueBytes;
  private final byte[] buffer = new byte[BUFFER_BYTES];

  /** Bytes of the current record that are left. */
  private long left;

  /**
   * A stream of a batch's records.
   *
   * @param in the batch's records, decompressed
   * @param maxValueBytes the longest value that is kept whole
   */
  RecordStream(InputStream in, DefaultRecordBatch batch, int maxValueBytes) {
    this.in = in;
    this.batch = batch;
    this.maxValueBytes = maxValueBytes;
  }

  /** Skips a record; returns whether it can be held whole. */
  boolean skip() throws IOException {
    begin();
    readByte();
    readLong();
    readInt();
    int key = readInt();
    skip(key);
    int value = readInt();
    skip(value);
    long headers = left;
    skip(left);
    return key <= PollMemoryLimiter.MAX_KEY_BYTES
        && value <= maxValueBytes
        && headers <= maxHeaderBytes(key, value);
  }

  /** Reads a record. */
  BoundedRecord read() throws IOException {
    begin();
    readByte();
    long timestamp = batch.baseTimestamp() + readLong();
    long offset = batch.baseOffset() + readInt();
    List<String> cuts = new ArrayList<>();
    int keyLength = readInt();
    byte[] key =
        bytes(
            "key",
            keyLength,
            PollMemoryLimiter.MAX_KEY_BYTES,
            PollMemoryLimiter.MAX_KEY_BYTES,
            cuts);
    int valueLength = readInt();
    byte[] value = bytes("value", valueLength, maxValueBytes, DeadLetters.PREFIX_BYTES, cuts);
    return new BoundedRecord(
        offset, timestamp, key, value, headers(keyLength, valueLength, cuts), cuts);
  }

  /** Headers that are longer than {@link HeaderLimiter} keeps are not even unpacked. */
  private static long maxHeaderBytes(int key, int value) {
    return key < 0 && value < 0
        ? FetchedRecordCutter.MAX_LONE_HEADER_BYTES
        : HeaderLimiter.MAX_BYTES;
  }

  private Header[] headers(int key, int value, List<String> cuts) throws IOException {
    if (left > maxHeaderBytes(key, value)) {
      cuts.add("headers of about %d bytes removed".formatted(left));
      skip(left);
      return new Header[0];
    }
    Header[] headers = new Header[Math.toIntExact(Math.min(readInt(), left))];
    for (int i = 0; i < headers.length; i++) {
      var name = new String(readFully(readInt()), StandardCharsets.UTF_8);
      int length = readInt();
      headers[i] = new RecordHeader(name, length < 0 ? null : readFully(length));
    }
    return headers;
  }

  private byte @Nullable [] bytes(
      String what, int length, int longest, int prefix, List<String> cuts) throws IOException {
    if (length < 0) {
      return null;
    }
    if (length <= longest) {
      return readFully(length);
    }
    MessageDigest sha256 = Sha256.digest();
    byte[] kept = readFully(prefix);
    sha256.update(kept);
    for (long rest = length - prefix; rest > 0; ) {
      int read = read(buffer, (int) Math.min(buffer.length, rest));
      sha256.update(buffer, 0, read);
      rest -= read;
    }
    cuts.add(
        PollMemoryLimiter.note(
            what, length, HexFormat.of().formatHex(sha256.digest()), kept.length));
    return kept;
  }

  private void begin() throws IOException {
    left = Long.MAX_VALUE;
    left = readInt();
  }

  private byte readByte() throws IOException {
    int next = in.read();
    if (next < 0) {
      throw new EOFException("a record batch ends within a record");
    }
    if (--left < 0) {
      throw new InvalidRecordException("a record is longer than its size says");
    }
    return (byte) next;
  }

  private long readLong() throws IOException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      byte next = readByte();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value >>> 1 ^ -(value & 1);
      }
    }
    throw new InvalidRecordException("a record has a number of more than 64 bits");
  }

  private int readInt() throws IOException {
    return Math.toIntExact(readLong());
  }

  private byte[] readFully(int length) throws IOException {
    if (length < 0 || length > left) {
      throw new InvalidRecordException("a record is longer than its size says");
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("a record batch ends within a record");
    }
    left -= length;
    return bytes;
  }

  private int read(byte[] target, int length) throws IOException {
    int read = in.read(target, 0, length);
    if (read < 0) {
      throw new EOFException("a record batch ends within a record");
    }
    left -= read;
    return read;
  }

  private void skip(long length) throws IOException {
    for (long rest = length; rest > 0; ) {
      rest -= read(buffer, (int) Math.min(buffer.length, rest));
    }
  }
}
