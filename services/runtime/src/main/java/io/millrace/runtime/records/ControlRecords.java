package io.millrace.runtime.records;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Records in a log that speak to the trainer that reads it. A close-step marker ends the batch and
 * the step in hand, so that records which fill no batch are learned from. On a topic of several
 * partitions it must be written to all of them: a partition whose marker was reached waits until
 * all were (as the barriers of Carbone et al. 2015, "Lightweight Asynchronous Snapshots for
 * Distributed Dataflows"). Everybody else passes markers by.
 */
public final class ControlRecords {

  /** The header that makes a record a marker. */
  public static final String HEADER = "millrace-marker";

  private static final byte[] CLOSE_STEP = "close-step".getBytes(StandardCharsets.UTF_8);
  private static final byte[] KEY = HEADER.getBytes(StandardCharsets.UTF_8);

  private ControlRecords() {}

  /** A close-step marker for one partition. Its value is null; its key keeps compaction content. */
  public static ProducerRecord<byte[], byte[]> closeStep(String topic, int partition) {
    var marker = new ProducerRecord<byte[], byte[]>(topic, partition, KEY, null);
    marker.headers().add(HEADER, CLOSE_STEP);
    return marker;
  }

  /** Whether a record is a marker of any kind. */
  public static boolean isMarker(Headers headers, byte @Nullable [] value) {
    return value == null && headers.lastHeader(HEADER) != null;
  }

  /** Whether a record closes the step. */
  public static boolean closesStep(Headers headers, byte @Nullable [] value) {
    Header header = headers.lastHeader(HEADER);
    return value == null && header != null && Arrays.equals(header.value(), CLOSE_STEP);
  }
}
