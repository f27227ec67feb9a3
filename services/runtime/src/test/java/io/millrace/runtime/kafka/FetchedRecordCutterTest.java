package io.millrace.runtime.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatObject;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.records.Sha256;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;
import org.apache.kafka.common.utils.internals.ByteUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FetchedRecordCutterTest {

  private static final int MEBIBYTE = 1 << 20;
  private static final int LIMIT = 16 * MEBIBYTE;

  private final FetchedRecordCutter cutter = new FetchedRecordCutter(LIMIT);

  @Test
  void aRecordBeyondTheLimitIsCutWithoutAllocatingIt() throws IOException {
    MemoryRecords fetched = declaring(0, 300 * MEBIBYTE);
    var thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = thread.getCurrentThreadAllocatedBytes();

    Record cut = cutter.cut(fetched).records().iterator().next();

    assertThat(thread.getCurrentThreadAllocatedBytes() - before).isLessThan(100 * MEBIBYTE);
    assertThat(cut.valueSize()).isEqualTo(DeadLetters.PREFIX_BYTES);
    assertThat(note(cut)).startsWith("value of 314572800 bytes, SHA-256 ");
  }

  @ParameterizedTest
  @EnumSource(CompressionType.class)
  void theOtherRecordsOfTheBatchStayAsTheyAre(CompressionType type) {
    MemoryRecords fetched =
        batch(
            type,
            List.of(
                new Sent("a", "first".getBytes(UTF_8)),
                new Sent("b", new byte[LIMIT + 1]),
                new Sent(null, "last".getBytes(UTF_8), new RecordHeader("h", null))));

    MemoryRecords cut = cutter.cut(fetched);

    List<Record> records = new ArrayList<>();
    cut.records().forEach(records::add);
    assertThat(records).extracting(Record::offset).containsExactly(40L, 41L, 42L);
    assertThat(records).extracting(Record::timestamp).containsExactly(1_000L, 1_001L, 1_002L);
    assertThat(text(records.get(0).key())).isEqualTo("a");
    assertThat(text(records.get(0).value())).isEqualTo("first");
    assertThat(records.get(1).valueSize()).isEqualTo(DeadLetters.PREFIX_BYTES);
    assertThat(note(records.get(1)))
        .isEqualTo(
            "value of 16777217 bytes, SHA-256 %s, cut to its first 9437184"
                .formatted(Sha256.hex(new byte[LIMIT + 1])));
    assertThat(records.get(2).hasKey()).isFalse();
    assertThat(records.get(2).headers()).containsExactly(new RecordHeader("h", null));
    RecordBatch before = fetched.batches().iterator().next();
    RecordBatch after = cut.batches().iterator().next();
    after.ensureValid();
    assertThatObject(after)
        .returns(before.producerId(), RecordBatch::producerId)
        .returns(before.producerEpoch(), RecordBatch::producerEpoch)
        .returns(before.baseSequence(), RecordBatch::baseSequence)
        .returns(true, RecordBatch::isTransactional)
        .returns(before.lastOffset(), RecordBatch::lastOffset)
        .returns(before.partitionLeaderEpoch(), RecordBatch::partitionLeaderEpoch)
        .returns(type, RecordBatch::compressionType);
  }

  @Test
  void batchesThatFitArePassedOnUntouched() {
    MemoryRecords fetched =
        batch(CompressionType.GZIP, List.of(new Sent("a", new byte[LIMIT]), new Sent(null, null)));

    assertThat(cutter.cut(fetched)).isSameAs(fetched);
  }

  @Test
  void whatDeclaresMoreThanItHasIsRefusedBeforeItIsAllocated() throws IOException {
    MemoryRecords cut = cutter.cut(declaring(Integer.MAX_VALUE, MEBIBYTE));

    assertThatThrownBy(() -> cut.batches().iterator().next().ensureValid())
        .isInstanceOf(CorruptRecordException.class);
  }

  private record Sent(String key, byte[] value, Header... headers) {}

  private static MemoryRecords batch(CompressionType type, List<Sent> records) {
    try (MemoryRecordsBuilder builder =
        MemoryRecords.builder(
            ByteBuffer.allocate(1 << 16),
            RecordBatch.CURRENT_MAGIC_VALUE,
            Compression.of(type).build(),
            TimestampType.CREATE_TIME,
            40,
            RecordBatch.NO_TIMESTAMP,
            7,
            (short) 3,
            11,
            true,
            5)) {
      for (int i = 0; i < records.size(); i++) {
        Sent it = records.get(i);
        byte[] key = it.key() == null ? null : it.key().getBytes(UTF_8);
        builder.appendWithOffset(40 + i, 1_000 + i, key, it.value(), it.headers());
      }
      return builder.build();
    }
  }

  /** A record that declares a size and holds a value of zeros, as a stream would write it. */
  private static MemoryRecords declaring(int size, int valueBytes) throws IOException {
    var out = new ByteBufferOutputStream(1 << 18);
    out.position(DefaultRecordBatch.RECORD_BATCH_OVERHEAD);
    int body = 1 + 1 + 1 + 1 + ByteUtils.sizeOfVarint(valueBytes) + valueBytes + 1;
    try (var record =
        new DataOutputStream(
            Compression.zstd().build().wrapForOutput(out, RecordBatch.CURRENT_MAGIC_VALUE))) {
      ByteUtils.writeVarint(size == Integer.MAX_VALUE ? size : body, record);
      record.write(new byte[] {0, 0, 0, 1}); // attributes, time, offset; no key
      ByteUtils.writeVarint(valueBytes, record);
      byte[] zeros = new byte[MEBIBYTE];
      for (int left = valueBytes; left > 0; left -= zeros.length) {
        record.write(zeros, 0, Math.min(left, zeros.length));
      }
      record.write(0);
    }
    ByteBuffer bytes = out.buffer();
    int length = bytes.position();
    bytes.position(0);
    DefaultRecordBatch.writeHeader(
        bytes,
        0,
        0,
        length,
        RecordBatch.CURRENT_MAGIC_VALUE,
        CompressionType.ZSTD,
        TimestampType.CREATE_TIME,
        0,
        0,
        RecordBatch.NO_PRODUCER_ID,
        RecordBatch.NO_PRODUCER_EPOCH,
        RecordBatch.NO_SEQUENCE,
        false,
        false,
        false,
        0,
        1);
    bytes.position(0).limit(length);
    return MemoryRecords.readableRecords(bytes.slice());
  }

  private static String note(Record record) {
    return EventHeaders.text(new RecordHeaders(record.headers()), DeadLetters.CUT).orElseThrow();
  }

  private static String text(ByteBuffer bytes) {
    return new String(Utils.toArray(bytes), UTF_8);
  }
}
