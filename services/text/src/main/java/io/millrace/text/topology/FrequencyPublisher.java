package io.millrace.text.topology;

import io.millrace.learning.text.frequencies.DocumentFrequencyTable;
import io.millrace.learning.text.frequencies.FrequencyBlock;
import io.millrace.learning.text.frequencies.FrequencyLog;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.schemas.FrequencyBlockKey;
import io.millrace.schemas.input.ContentType;
import io.millrace.text.config.TextConfig;
import io.millrace.text.records.FrequencyBlockCodec;
import io.millrace.text.records.FrequencyBlockCodec.PublishedBlock;
import io.millrace.text.state.PartitionMetadata;
import java.time.Duration;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the document frequencies of one partition to {@code document-frequencies}, in blocks
 * ({@link FrequencyLog}), and with them which refresh request it has acknowledged and done.
 *
 * <p>{@link PartitionMetadata} has the sequence numbers of the oldest live block and of the next,
 * no more: another owner of the partition publishes all counts again and withdraws the blocks of
 * the owner before.
 */
final class FrequencyPublisher {

  private static final String EVENT_TYPE = "io.millrace.document-frequencies";
  private static final String FIRST_SEQUENCE = "first";
  private static final String NEXT_SEQUENCE = "next";
  private static final String ACKNOWLEDGED = "acknowledged";
  private static final String REFRESHED = "refreshed";

  private final ProcessorContext<byte[], byte[]> context;
  private final PartitionMetadata metadata;
  private final FrequencyLog log;
  private final long analysis;
  private final Duration interval;
  private final FrequencyBlockCodec codec = new FrequencyBlockCodec();
  private @Nullable Cancellable schedule;

  /**
   * The publisher of a partition.
   *
   * @param analysis the fingerprint of the analysis that counts its documents
   * @param interval how soon a change is published
   */
  FrequencyPublisher(
      ProcessorContext<byte[], byte[]> context,
      PartitionMetadata metadata,
      DocumentFrequencyTable frequencies,
      long analysis,
      Duration interval) {
    this.context = context;
    this.metadata = metadata;
    this.analysis = analysis;
    this.interval = interval;
    this.log =
        new FrequencyLog(frequencies, metadata.get(FIRST_SEQUENCE), metadata.get(NEXT_SEQUENCE));
  }

  /** Schedules a publication if counts have changed: an idle partition commits nothing. */
  void schedule() {
    if (schedule == null && !log.isUpToDate()) {
      schedule =
          context.schedule(interval, PunctuationType.WALL_CLOCK_TIME, this::publishScheduled);
    }
  }

  private void publishScheduled(long nowMillis) {
    if (schedule != null) {
      schedule.cancel();
      schedule = null;
    }
    publish(nowMillis);
  }

  /** The id of the last request that was acknowledged; 0 for none. */
  long acknowledged() {
    return metadata.get(ACKNOWLEDGED);
  }

  /** The id of the last request that is done; 0 for none. */
  long refreshed() {
    return metadata.get(REFRESHED);
  }

  /**
   * Acknowledges a request, after the counts: who reads the acknowledgement knows the counts as of
   * now.
   */
  void acknowledge(long request, long nowMillis) {
    if (!log.isUpToDate()) {
      publish(nowMillis);
    }
    metadata.put(ACKNOWLEDGED, request);
    publish(nowMillis);
  }

  /** Publishes that the request acknowledged last is done. */
  void markRefreshed(long nowMillis) {
    metadata.put(REFRESHED, acknowledged());
    publish(nowMillis);
  }

  private void publish(long nowMillis) {
    FrequencyLog.Publication publication = log.publish();
    for (FrequencyBlock block : publication.blocks()) {
      var published = new PublishedBlock(block, acknowledged(), refreshed(), analysis);
      send(block.sequence(), codec.encode(published), nowMillis);
    }
    for (long sequence : publication.withdrawn()) {
      send(sequence, null, nowMillis);
    }
    metadata.put(FIRST_SEQUENCE, log.firstSequence());
    metadata.put(NEXT_SEQUENCE, log.nextSequence());
  }

  private void send(long sequence, byte @Nullable [] block, long nowMillis) {
    var key = new FrequencyBlockKey(context.taskId().partition(), sequence);
    var headers =
        EventHeaders.of(
            null,
            key.toString(),
            EVENT_TYPE,
            TextConfig.NAME,
            ContentType.AVRO.mediaType(),
            nowMillis);
    context.forward(
        new Record<>(key.toBytes(), block, nowMillis, headers), TextTopology.FREQUENCY_SINK);
  }
}
