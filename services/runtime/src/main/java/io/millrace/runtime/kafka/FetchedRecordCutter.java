package io.millrace.runtime.kafka;

import io.millrace.runtime.deadletters.DeadLetters;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;

/**
 * Cuts records that a consumer could not hold, before it unpacks them. Kafka's consumer allocates
 * each record whole, though a few kilobytes of a record batch may declare two gigabytes. For each
 * fetched batch:
 *
 * <ol>
 *   <li>The batch is decompressed as a stream and skipped over, record by record ({@link
 *       RecordStream}): O(bytes) time, and a buffer's memory.
 *   <li>If all its records can be held, it is passed on as it is.
 *   <li>Otherwise it is written again, compressed as it was, with the same offsets, times, producer
 *       and transaction. Records that can be held are copied. Of others the first bytes are kept,
 *       and the header {@link DeadLetters#CUT} says what is missing, as {@link PollMemoryLimiter}
 *       does it.
 * </ol>
 *
 * <p>Safe for several threads.
 *
 * @param maxValueBytes the longest value that is kept whole
 */
record FetchedRecordCutter(int maxValueBytes) {

  /**
   * The longest headers of a record without key and value, in bytes. A consumer unpacks up to its
   * {@code max.poll.records} of them in a poll, and no deserializer sees them.
   */
  static final int MAX_LONE_HEADER_BYTES = 1_024;

  /** Batches of the message formats before this one (Kafka before 0.11) declare no record sizes. */
  private static final byte MAGIC = RecordBatch.MAGIC_VALUE_V2;

  /** The records, with those cut that cannot be held; the same object if there are none. */
  MemoryRecords cut(MemoryRecords fetched) {
    List<MutableRecordBatch> batches = new ArrayList<>();
    boolean anyCut = false;
    int size = 0;
    for (MutableRecordBatch batch : fetched.batches()) {
      MutableRecordBatch kept = cut(batch);
      anyCut |= kept != batch;
      batches.add(kept);
      size += kept.sizeInBytes();
    }
    if (!anyCut) {
      return fetched;
    }
    ByteBuffer all = ByteBuffer.allocate(size);
    batches.forEach(batch -> batch.writeTo(all));
    return MemoryRecords.readableRecords(all.flip());
  }

  private MutableRecordBatch cut(MutableRecordBatch batch) {
    if (batch.magic() < MAGIC
        || batch.isControlBatch()
        || !(batch instanceof DefaultRecordBatch known)) {
      return batch;
    }
    try {
      return holdsAll(known) ? batch : rewritten(known);
    } catch (IOException | RuntimeException e) {
      return refused(known);
    }
  }

  /**
   * A damaged batch with another checksum: the consumer refuses it with an error that names topic,
   * partition and offset, before it allocates what the batch declares. Brokers accept none from
   * producers.
   */
  private static MutableRecordBatch refused(DefaultRecordBatch batch) {
    ByteBuffer copy = ByteBuffer.allocate(batch.sizeInBytes());
    batch.writeTo(copy);
    copy.putInt(DefaultRecordBatch.CRC_OFFSET, ~copy.getInt(DefaultRecordBatch.CRC_OFFSET));
    return MemoryRecords.readableRecords(copy.flip()).batches().iterator().next();
  }

  private boolean holdsAll(DefaultRecordBatch batch) throws IOException {
    try (InputStream in = batch.recordInputStream(BufferSupplier.NO_CACHING)) {
      var records = new RecordStream(in, batch, maxValueBytes);
      for (int left = count(batch); left > 0; left--) {
        if (!records.skip()) {
          return false;
        }
      }
      return true;
    }
  }

  private MutableRecordBatch rewritten(DefaultRecordBatch batch) throws IOException {
    var out = new ByteBufferOutputStream(Math.max(batch.sizeInBytes(), 1 << 16));
    try (InputStream in = batch.recordInputStream(BufferSupplier.NO_CACHING);
        MemoryRecordsBuilder builder = builder(out, batch)) {
      var records = new RecordStream(in, batch, maxValueBytes);
      for (int left = count(batch); left > 0; left--) {
        RecordStream.BoundedRecord record = records.read();
        builder.appendWithOffset(
            record.offset(),
            batch.timestampType() == TimestampType.LOG_APPEND_TIME
                ? batch.maxTimestamp()
                : Math.max(RecordBatch.NO_TIMESTAMP, record.timestamp()),
            record.key(),
            record.value(),
            headers(record));
      }
      builder.overrideLastOffset(batch.lastOffset());
      MemoryRecords written = builder.build();
      MutableRecordBatch result = written.batches().iterator().next();
      result.setPartitionLeaderEpoch(batch.partitionLeaderEpoch());
      return result;
    }
  }

  private static Header[] headers(RecordStream.BoundedRecord record) {
    var headers = new RecordHeaders(record.headers());
    record.cuts().forEach(what -> DeadLetters.noteCut(headers, what));
    return headers.toArray();
  }

  private static int count(DefaultRecordBatch batch) {
    Integer count = batch.countOrNull();
    if (count == null || count < 0) {
      throw new InvalidRecordException("a record batch of " + count + " records");
    }
    return count;
  }

  private static MemoryRecordsBuilder builder(
      ByteBufferOutputStream out, DefaultRecordBatch batch) {
    return new MemoryRecordsBuilder(
        out,
        MAGIC,
        Compression.of(batch.compressionType()).build(),
        batch.timestampType(),
        batch.baseOffset(),
        batch.timestampType() == TimestampType.LOG_APPEND_TIME
            ? batch.maxTimestamp()
            : RecordBatch.NO_TIMESTAMP,
        batch.producerId(),
        batch.producerEpoch(),
        batch.baseSequence(),
        batch.isTransactional(),
        false,
        batch.partitionLeaderEpoch(),
        Integer.MAX_VALUE);
  }
}
