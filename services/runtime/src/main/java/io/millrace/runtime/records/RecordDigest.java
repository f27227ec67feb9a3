package io.millrace.runtime.records;

import io.millrace.schemas.avro.ReadRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * What a record is, apart from its offset: a copy of its topic on another cluster has the same
 * record at another offset. Two records are told apart by key, value, and the time that their
 * producer gave them; examples also by the id of the topic that their source coordinates are in.
 */
public final class RecordDigest {

  /** The time of a record that the broker stamped: its copy has another one. */
  public static final long APPEND_TIME = -1;

  private static final int RECORD_BYTES = 16;

  private RecordDigest() {}

  /** Describes a record. */
  public static ReadRecord of(ConsumerRecord<byte[], byte[]> record) {
    MessageDigest sha256 = Sha256.digest();
    update(sha256, record.key());
    update(sha256, record.value());
    update(sha256, SourceTopic.of(record.headers()).getBytes(StandardCharsets.UTF_8));
    return new ReadRecord(
        record.partition(),
        record.offset(),
        record.timestampType() == TimestampType.CREATE_TIME ? record.timestamp() : APPEND_TIME,
        HexFormat.of().formatHex(sha256.digest(), 0, RECORD_BYTES),
        ControlRecords.isMarker(record.headers(), record.value()));
  }

  /** The length comes first, so that no bytes of one field count as those of the next. */
  private static void update(MessageDigest sha256, byte @Nullable [] field) {
    sha256.update(
        ByteBuffer.allocate(Integer.BYTES).putInt(field == null ? -1 : field.length).flip());
    if (field != null) {
      sha256.update(field);
    }
  }
}
