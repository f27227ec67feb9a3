package io.millrace.runtime.records;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Records that control a trainer instead of teaching it. A close-step record ends the trainer's
 * batch and step, so that it learns from records that do not fill a batch. On a topic with several
 * partitions it must be written to each: a partition that has reached its close-step record waits
 * until all have (the barriers of Carbone et al. 2015, "Lightweight Asynchronous Snapshots for
 * Distributed Dataflows"). All other readers ignore control records.
 */
public final class ControlRecords {

  /** The header of a control record. */
  public static final String HEADER = "millrace-marker";

  private static final byte[] CLOSE_STEP = "close-step".getBytes(StandardCharsets.UTF_8);
  private static final byte[] KEY = HEADER.getBytes(StandardCharsets.UTF_8);

  private ControlRecords() {}

  /**
   * A close-step record for one partition. Its value is null; it has a key because compacted topics
   * require one.
   */
  public static ProducerRecord<byte[], byte[]> closeStep(String topic, int partition) {
    var marker = new ProducerRecord<byte[], byte[]>(topic, partition, KEY, null);
    marker.headers().add(HEADER, CLOSE_STEP);
    return marker;
  }

  /** Whether a record is a control record of any kind. */
  public static boolean isMarker(Headers headers, byte @Nullable [] value) {
    return value == null && headers.lastHeader(HEADER) != null;
  }

  /** Whether a record is a close-step record. */
  public static boolean closesStep(Headers headers, byte @Nullable [] value) {
    Header header = headers.lastHeader(HEADER);
    return value == null && header != null && Arrays.equals(header.value(), CLOSE_STEP);
  }
}
